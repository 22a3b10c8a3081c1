// Which cards hold which parts of a model. Pure: values in, values out.
//
// A replica is one whole model. One card a replica where the model fits on one; else the layers are
// split over as few cards as suffice. Then further replicas of as many cards each, as long as there
// are cards with room.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/axcl/part.h"

namespace axllama::npu {

struct CardRoom {
  int32_t device = 0;
  uint64_t free = 0;  // bytes; 0: unknown, and then all is taken to fit
};

struct PlacedPart {
  size_t card = 0;  // index in the rooms
  Part part;
  bool operator==(const PlacedPart&) const = default;
};

struct Placement {
  std::vector<std::vector<PlacedPart>> replicas;  // at least one; parts in the order of the layers
  std::vector<std::string> unused;                // a sentence for each card that gets nothing
};

// `floor`: bytes that stay free on every card. A split's parts are as even as room allows, by
// weights and cache. kNoMemory with the numbers when the model fits nowhere.
Result<Placement> place(const axmodel::ModelFolder& folder, std::span<const CardRoom> rooms,
                        uint64_t floor);

}  // namespace axllama::npu
