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

Result<PullChoice> choose_pull(const store::Name& name,
                               std::span<const store::PublishedModel> published,
                               const DeviceWish& wish, bool card_is_there) {
  const bool wants_npu = wish.kind == DeviceWish::Kind::kNpu;
  for (const store::PublishedModel& one : published) {
    if (npu_name(one.name) == name) return PullChoice{&one, name};
    if (one.name != name) continue;
    const bool npu = wants_npu || (wish.kind == DeviceWish::Kind::kAny && card_is_there);
    if (npu) return PullChoice{&one, npu_name(name)};
  }
  const bool from_registry = name.host == store::Name{}.host;
  if (wants_npu && from_registry) {
    return fail(ErrorCode::kNotFound,
                "the catalogue has no build of " + name.short_text() + " for the NPU",
                "`axllama list --remote` lists those that there are");
  }
  return PullChoice{nullptr, name};
}

bool lets_fall_back(const Error& error) {
  return error.code != ErrorCode::kCanceled && error.code != ErrorCode::kBusy;
}

std::string fallback_notice(std::string_view npu, std::string_view why, std::string_view named) {
  return std::string(named) + " runs on the CPU, for the NPU build " + std::string(npu) +
         " can't be used: " + std::string(why);
}

}  // namespace axllama::serve
