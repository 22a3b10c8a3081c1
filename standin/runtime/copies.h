// Copies, fills and comparisons of card memory, apart from who asks for them and when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>

#include "axcl/abi.h"
#include "standin/runtime/call.h"
#include "standin/runtime/card.h"

namespace axllama::standin {

enum class CopyOp { kToDevice, kToHost, kOnDevice, kFill, kCompare };

struct Copy {
  CopyOp op = CopyOp::kFill;
  void* to = nullptr;          // written; of a comparison the first
  const void* from = nullptr;  // unused by kFill
  size_t count = 0;            // bytes
  uint8_t value = 0;           // of kFill
};

// Nothing for physical addresses of the host, which no program here can know.
std::optional<CopyOp> copy_op(axcl::CopyKind kind);

// The copy as something to run once, any time: it keeps the card memory it needs. 0x80300581 when
// what must be card memory isn't, or isn't as long.
std::expected<std::function<Code()>, Code> prepare(const Card& card, const Copy& copy);
WorkTime work_time(const Call& call, const Copy& copy);
void count_copy(Counters& counters, const Copy& copy);

}  // namespace axllama::standin
