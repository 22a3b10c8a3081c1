#include "serve/builds.h"

namespace axllama::serve {
namespace {

constexpr std::string_view kDefaultTag = "latest";

std::unexpected<Error> unsupported(std::string message, std::string hint) {
  return fail(ErrorCode::kUnsupported, std::move(message), std::move(hint));
}

}  // namespace

store::Name npu_name(const store::Name& name) {
  store::Name npu = name;
  npu.tag = name.tag == kDefaultTag ? "npu" : name.tag + "-npu";
  return npu;
}

Result<BuildChoice> choose_build(std::string_view sent, const Builds& builds,
                                 const DeviceWish& wish) {
  const std::string name(sent);
  const bool has_cpu = builds.named && !builds.named_is_npu;
  if (!builds.named && !builds.npu) return fail(ErrorCode::kNotFound, name + " not found");
  switch (wish.kind) {
    case DeviceWish::Kind::kCpu:
      if (has_cpu) return BuildChoice{Build::kNamed};
      return unsupported(name + " is compiled for the NPU and can't run on the CPU",
                         "use a GGUF build of the model");
    case DeviceWish::Kind::kNpu:
      if (builds.npu) return BuildChoice{Build::kNpu};
      if (builds.named_is_npu) return BuildChoice{Build::kNamed};
      return unsupported("there is no build of " + name + " for the NPU",
                         "make one of a compiled folder, with the tag that ends in npu, or leave "
                         "out the device");
    case DeviceWish::Kind::kAny:
      break;
  }
  if (builds.npu) return BuildChoice{Build::kNpu, has_cpu};
  return BuildChoice{Build::kNamed};
}

bool lets_fall_back(const Error& error) {
  return error.code != ErrorCode::kCanceled && error.code != ErrorCode::kBusy;
}

std::string fallback_notice(std::string_view npu, std::string_view why, std::string_view named) {
  return std::string(named) + " runs on the CPU, for the NPU build " + std::string(npu) +
         " can't be used: " + std::string(why);
}

}  // namespace axllama::serve
