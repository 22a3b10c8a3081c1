#include "axcl/runtime.h"

#include <algorithm>

#include "axcl/errors.h"

namespace axllama::axcl {

Result<std::unique_ptr<Runtime>> Runtime::start(Library library) {
  AX_CHECK(check(library.functions.axclInit(nullptr), "starting the AXCL runtime " + library.path));
  return std::unique_ptr<Runtime>(new Runtime(std::move(library)));
}

Runtime::~Runtime() {
  call().axclFinalize();
}

std::string Runtime::version() const {
  if (call().axclrtGetFullVersion != nullptr) {
    const char* const text = call().axclrtGetFullVersion();
    if (text != nullptr && *text != '\0') return text;
  }
  int32_t major = 0;
  int32_t minor = 0;
  int32_t patch = 0;
  const auto ask = call().axclrtGetVersion;
  if (ask == nullptr || ask(&major, &minor, &patch) != 0) return "";
  return "V" + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

Result<std::vector<int32_t>> Runtime::devices() const {
  DeviceList list{};
  AX_CHECK(check(call().axclrtGetDeviceList(&list), "listing the cards"));
  const uint32_t count = std::min<uint32_t>(list.num, std::size(list.devices));
  return std::vector<int32_t>(list.devices, list.devices + count);
}

Result<std::unique_ptr<Session>> Session::open(const Runtime& runtime, int32_t device) {
  std::unique_ptr<Session> session(new Session(runtime.call(), device));
  const Functions& call = runtime.call();
  const std::string card = "card " + std::to_string(device);
  AX_CHECK(check(call.axclrtSetDevice(device), "selecting " + card));
  session->selected_ = true;
  AX_CHECK(check(call.axclrtCreateContext(&session->context_, device), "a context on " + card));
  AX_CHECK(session->bind());
  AX_CHECK(check(call.axclrtEngineInit(VnpuKind::kDisable), "starting the NPU of " + card));
  session->engine_ = true;
  return session;
}

Session::~Session() {
  if (engine_) call_.axclrtEngineFinalize();
  if (context_ != nullptr) call_.axclrtDestroyContext(context_);
  if (selected_) call_.axclrtResetDevice(device_);
}

Result<void> Session::bind() const {
  return check(call_.axclrtSetCurrentContext(context_),
               "binding the thread to card " + std::to_string(device_));
}

Result<DeviceProperties> properties_of(const Runtime& runtime, int32_t device) {
  const auto ask = runtime.call().axclrtGetDeviceProperties;
  if (ask == nullptr) return fail(ErrorCode::kUnsupported, "this driver has no card properties");
  DeviceProperties properties{};
  AX_CHECK(check(ask(device, &properties), "asking card " + std::to_string(device)));
  return properties;
}

Result<void> reboot(const Runtime& runtime, int32_t device) {
  const auto ask = runtime.call().axclrtRebootDevice;
  if (ask == nullptr) return fail(ErrorCode::kUnsupported, "this driver can't reboot cards");
  return check(ask(device), "rebooting card " + std::to_string(device));
}

}  // namespace axllama::axcl
