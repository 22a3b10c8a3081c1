// Where a model is to run, as a person or a request wishes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama {

struct DeviceWish {
  enum class Kind { kAny, kCpu, kNpu };
  Kind kind = Kind::kAny;
  // Of kNpu: a card's place in the runtime's list, from 0, as axcl-smi counts them; absent: all.
  std::optional<int> card = {};
  bool operator==(const DeviceWish&) const = default;
};

// "" and "auto": what fits best; "cpu"; "npu": all cards; "npu:1": the second. Letters of either
// case. kInvalidArgument names the text.
Result<DeviceWish> parse_device(std::string_view text);
// The text that parse_device takes; "" for kAny.
std::string device_text(const DeviceWish& wish);

// Card memory that every load leaves to others, bytes.
inline constexpr uint64_t kCardFloorBytes = 64ULL << 20;

struct DeviceMemory {
  std::string device;  // "CPU", "AX650 0"
  uint64_t bytes = 0;  // weights, cache and work buffers together
  bool operator==(const DeviceMemory&) const = default;
};

// Whether a way to save time on this device gives the same bits as the plain way.
struct ShortcutVerdict {
  std::string name;  // "async_chain"
  bool on = false;
  std::string why = {};  // it is off
  bool operator==(const ShortcutVerdict&) const = default;
};

}  // namespace axllama
