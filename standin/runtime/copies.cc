#include "standin/runtime/copies.h"

#include <fmt/format.h>

#include <cstring>

#include "standin/runtime/durations.h"
#include "standin/runtime/say.h"

namespace axllama::standin {
namespace {

std::expected<DeviceRange, Code> device_range(const Card& card, const void* pointer, size_t count) {
  auto range = card.memory.find(reinterpret_cast<uint64_t>(pointer), count);
  if (range) return std::move(*range);
  say(LogLevel::kMisuse, fmt::format("{:#x} is no card memory of {} bytes",
                                     reinterpret_cast<uint64_t>(pointer), count));
  return std::unexpected(kNotDeviceMemory);
}

}  // namespace

std::optional<CopyOp> copy_op(axcl::CopyKind kind) {
  switch (kind) {
    case axcl::CopyKind::kHostToDevice:
      return CopyOp::kToDevice;
    case axcl::CopyKind::kDeviceToHost:
      return CopyOp::kToHost;
    case axcl::CopyKind::kDeviceToDevice:
      return CopyOp::kOnDevice;
    case axcl::CopyKind::kHostToHost:
    case axcl::CopyKind::kHostPhysicalToDevice:
    case axcl::CopyKind::kDeviceToHostPhysical:
      break;
  }
  return std::nullopt;
}

std::expected<std::function<Code()>, Code> prepare(const Card& card, const Copy& copy) {
  DeviceRange to;
  DeviceRange from;
  if (copy.op != CopyOp::kToHost) {
    AX_TRY(to, device_range(card, copy.to, copy.count));
  }
  if (copy.op != CopyOp::kToDevice && copy.op != CopyOp::kFill) {
    AX_TRY(from, device_range(card, copy.from, copy.count));
  }
  return [to, from, copy] {
    switch (copy.op) {
      case CopyOp::kToDevice:
        std::memcpy(to.bytes.data(), copy.from, copy.count);
        break;
      case CopyOp::kToHost:
        std::memcpy(copy.to, from.bytes.data(), copy.count);
        break;
      case CopyOp::kOnDevice:
        std::memmove(to.bytes.data(), from.bytes.data(), copy.count);
        break;
      case CopyOp::kFill:
        std::memset(to.bytes.data(), copy.value, copy.count);
        break;
      case CopyOp::kCompare:
        return std::memcmp(to.bytes.data(), from.bytes.data(), copy.count);
    }
    return kOk;
  };
}

WorkTime work_time(const Call& call, const Copy& copy) {
  const bool crosses = copy.op == CopyOp::kToDevice || copy.op == CopyOp::kToHost;
  if (!crosses) return {nullptr, message_time(call.settings())};
  return {&call.session()->bus, transfer_time(call.settings(), copy.count)};
}

void count_copy(Counters& counters, const Copy& copy) {
  if (copy.op == CopyOp::kToDevice) counters.bytes_to_device(copy.count);
  if (copy.op == CopyOp::kToHost) counters.bytes_to_host(copy.count);
  if (copy.op == CopyOp::kOnDevice) counters.bytes_on_device(copy.count);
}

}  // namespace axllama::standin
