// What the cards of this machine say of themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace axllama::runner {

struct CardReport {
  int32_t device = 0;      // as AXCL numbers them
  std::string driver;      // version of the runtime; empty: it tells none
  uint64_t memory = 0;     // for models and buffers, bytes
  uint64_t free = 0;       // of it
  double temperature = 0;  // degrees C
  double npu_load = 0;     // percent
};

// Loads the card's runtime into this process and asks every card, about 1.5 s each. kUnavailable
// with the reason where there is no runtime or no card.
Result<std::vector<CardReport>> report_cards();

}  // namespace axllama::runner
