// The NPU cards, as far as the server wants to know of them. It never loads a device's library: a
// process of its own does, and says what it found.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "serve/side_work.h"

namespace axllama::serve {

struct CardMemory {
  int64_t device = 0;
  std::string driver = {};
  uint64_t memory = 0;  // bytes
  uint64_t free = 0;
};

// Whether a card is plugged in, or somebody has named a runtime for one. Reads /sys only.
bool card_is_there(const std::filesystem::path& devices = "/sys/bus/pci/devices");

// What `axllama devices --json` prints.
Result<std::vector<CardMemory>> read_cards(std::string_view json);

// Loop's thread only.
class Cards {
 public:
  explicit Cards(SideWork& side) : side_(side) {}
  // Asks them, for about 1.5 s each; an answer is good for ten seconds. None: no card, or one that
  // can't be asked.
  Task<std::vector<CardMemory>> ask();

 private:
  SideWork& side_;
  std::vector<CardMemory> known_;
  std::chrono::steady_clock::time_point until_;
};

}  // namespace axllama::serve
