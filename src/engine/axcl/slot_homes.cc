#include "engine/axcl/slot_homes.h"

#include <algorithm>

namespace axllama::npu {

std::vector<SlotHome> slot_homes(std::span<const int> slots) {
  std::vector<SlotHome> homes;
  const int most = slots.empty() ? 0 : std::ranges::max(slots);
  for (int slot = 0; slot < most; ++slot) {
    for (size_t replica = 0; replica < slots.size(); ++replica) {
      if (slot < slots[replica]) homes.push_back({replica, slot});
    }
  }
  return homes;
}

}  // namespace axllama::npu
