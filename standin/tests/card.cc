#include "standin/tests/card.h"

#include <cctype>
#include <utility>

#include "test_places.h"

namespace axllama::standin {

void check(axcl::Code code, const char* call) {
  if (code == 0) return;
  char text[160];
  std::snprintf(text, sizeof text, "%s: 0x%08x", call, bits(code));
  throw std::runtime_error(text);
}

const std::filesystem::path& scratch() {
  static const TemporaryFolder folder;
  return folder.path;
}

void settings(const std::string& lines) {
  if (!write_file_atomically(scratch() / "control", "threads = 1\n" + lines))
    throw std::runtime_error("control");
}

const axcl::Library& library() {
  static const axcl::Library loaded = [] {
    settings("");
    ::setenv("AXCL_STANDIN_CONTROL", (scratch() / "control").c_str(), 1);
    return load_library();
  }();
  return loaded;
}

const axcl::Library& card() {
  static const axcl::Library& started = []() -> const axcl::Library& {
    const axcl::Library& api = library();
    check(api.axclInit(nullptr), "axclInit");
    axcl::DeviceList list{};
    check(api.axclrtGetDeviceList(&list), "axclrtGetDeviceList");
    if (list.num == 0) throw std::runtime_error("no card");
    check(api.axclrtSetDevice(list.devices[0]), "axclrtSetDevice");
    check(api.axclrtEngineInit(axcl::VnpuKind::kDisable), "axclrtEngineInit");
    return api;
  }();
  return started;
}

std::string packed(const std::string& arguments) {
  std::string name;
  for (const char c : arguments) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  if (name.size() > 160) name = name.substr(name.size() - 160);
  const std::filesystem::path folder = scratch() / name;
  if (std::filesystem::exists(folder)) return folder.string();
  const size_t source = arguments.find(' ');
  const bool shape = arguments.starts_with("--shape");
  const std::string command = shape ? pack_program() + " " + arguments + " " + folder.string()
                                    : pack_program() + " " + arguments.substr(0, source) + " " +
                                          folder.string() + arguments.substr(source);
  if (std::system((command + " >/dev/null").c_str()) != 0) {
    throw std::runtime_error("failed: " + command);
  }
  return folder.string();
}

std::string packed_sprout(const std::string& options) {
  return packed(source_path("/models/sprout/sprout-f16.gguf") +
                " --chunk 32 --context 255 --history 0,32,64,128,192 " + options);
}

Buffer::Buffer(const axcl::Library& api, uint64_t bytes) : api_(&api), bytes_(bytes) {
  void* device = nullptr;
  check(api.axclrtMalloc(&device, bytes, MallocPolicy::kNormalOnly), "axclrtMalloc");
  device_ = static_cast<char*>(device);
}

Buffer::Buffer(Buffer&& other) noexcept
    : api_(other.api_), device_(std::exchange(other.device_, nullptr)), bytes_(other.bytes_) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  std::swap(api_, other.api_);
  std::swap(device_, other.device_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

Buffer::~Buffer() {
  if (device_ != nullptr) api_->axclrtFree(device_);
}

void Buffer::zero() const {
  check(api_->axclrtMemset(device_, 0, bytes_), "axclrtMemset");
}

void to_card(const axcl::Library& api, void* device, const void* host, uint64_t bytes) {
  check(api.axclrtMemcpy(device, host, bytes, CopyKind::kHostToDevice), "axclrtMemcpy up");
}
void from_card(const axcl::Library& api, void* host, const void* device, uint64_t bytes) {
  check(api.axclrtMemcpy(host, device, bytes, CopyKind::kDeviceToHost), "axclrtMemcpy down");
}
void on_card(const axcl::Library& api, void* to, const void* from, uint64_t bytes) {
  check(api.axclrtMemcpy(to, from, bytes, CopyKind::kDeviceToDevice), "axclrtMemcpy on the card");
}

}  // namespace axllama::standin
