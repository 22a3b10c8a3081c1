// Which replica an engine's slot is on. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace axllama::npu {

struct SlotHome {
  size_t replica = 0;
  int slot = 0;  // of the replica
  bool operator==(const SlotHome&) const = default;
};

// By slot of the engine: round the replicas, each as long as it has slots, so that slots that are
// taken in turn spread the load over the cards. slots: of each replica.
std::vector<SlotHome> slot_homes(std::span<const int> slots);

}  // namespace axllama::npu
