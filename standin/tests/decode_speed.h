// How fast loops generate by the stand-in's virtual clock. The card() must be in use, with
// "timing = virtual" in force from before.
#pragma once

#include <cstdint>
#include <string>

#include "standin/tests/card.h"

namespace axllama::standin {

struct DecodeSpeed {
  double tokens_per_second = 0;
  uint64_t round_trips = 0;  // a token
};

// The vendor's loop: ReferenceLoop::decode. `position` tokens are taken for evaluated already.
DecodeSpeed vendor_speed(const std::string& folder, size_t position = 100);

// The leanest loop of blocking runs: one position and one mask for all layers, of which an element
// changes a token; keys and values written into their cache rows; each layer's output the next
// one's input.
DecodeSpeed shared_speed(const std::string& folder, size_t position = 100);

}  // namespace axllama::standin
