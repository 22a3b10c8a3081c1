// Who uses how much of each card's memory, and what state the cards are in; private to a process,
// or shared through a file. standin/axcl-smi reads the file too: its layout is below.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace axllama::standin {

inline constexpr size_t kMaxCards = 16;
inline constexpr size_t kMaxProcesses = 64;  // of one card

// The file: little-endian, in this order, no padding but what is named.
struct ProcessRecord {
  int32_t pid = 0;          // 0: free
  uint32_t running = 0;     // runs it waits for now
  uint64_t start_time = 0;  // field 22 of /proc/<pid>/stat, since pids come again
  uint64_t bytes = 0;
};
struct CardRecord {
  int32_t id = -1;
  uint32_t lost = 0;        // heartbeat lost
  uint32_t wedged = 0;      // a process died in a run
  int32_t temperature = 0;  // 0.001 degrees C
  uint64_t total_kb = 0;
  uint64_t used_kb = 0;       // by nobody in particular, from the start
  uint64_t leaked_bytes = 0;  // of processes that died
  uint64_t generation = 0;    // how often it was rebooted
  ProcessRecord processes[kMaxProcesses];
};
struct LedgerFile {
  char magic[8] = {'A', 'X', 'S', 'T', 'A', 'T', 'E', '1'};
  uint32_t cards = 0;
  uint32_t reserved = 0;
  CardRecord card[kMaxCards];
};
static_assert(sizeof(ProcessRecord) == 24 && sizeof(CardRecord) == 48 + 64 * 24);

// What becomes of a card when one of its processes dies.
struct DeathRules {
  bool leak = true;
  bool wedge = true;
};

struct CardUse {
  uint64_t total_bytes = 0;
  uint64_t used_bytes = 0;
  uint64_t free_bytes() const { return total_bytes - std::min(total_bytes, used_bytes); }
};

struct CardState {
  bool lost = false;
  bool wedged = false;
  uint64_t generation = 0;
};

// Any thread, and with a file any process, may call. Every call is one short lock.
class Ledger {
 public:
  // `path` empty: private. Cards that the file has already keep their state.
  // kIo, or kCorrupt when the file is something else.
  static Result<std::unique_ptr<Ledger>> open(const std::string& path,
                                              std::span<const int64_t> cards, uint64_t total_kb,
                                              uint64_t used_kb);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Enters this process in the card's list; false when 64 others are there.
  bool attach(size_t card, const DeathRules& rules);
  // Leaves, and gives back all it used.
  void detach(size_t card);
  // Takes memory; false, and nothing taken, when the card has no more.
  bool take(size_t card, uint64_t bytes);
  void give(size_t card, uint64_t bytes);
  CardUse use(size_t card) const;

  // Brackets a run, so that the death of this process in between wedges the card.
  void begin_run(size_t card);
  void end_run(size_t card);
  // Finds processes that are gone and treats the card by `rules`.
  void bury_dead(size_t card, const DeathRules& rules);

  CardState state(size_t card) const;
  void lose(size_t card);
  void set_temperature(size_t card, int32_t value);
  int32_t temperature(size_t card) const;
  // A fresh card: no memory in use, no process on it, generation + 1.
  void reboot(size_t card);

 private:
  class Lock;
  Ledger(LedgerFile* file, int descriptor) : file_(file), descriptor_(descriptor) {}
  ProcessRecord* own(size_t card) const;

  mutable std::mutex mutex_;
  LedgerFile* file_;
  int descriptor_;  // -1: private
};

}  // namespace axllama::standin
