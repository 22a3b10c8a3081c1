// Faults that strike at the n-th time: when it is that time.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "standin/runtime/function.h"
#include "standin/runtime/settings.h"

namespace axllama::standin {

// Counts what happens since its setting last changed: 1 is the next time after that.
class NthTime {
 public:
  // Counts one; true when it is the `at`-th since `at` last changed. `at` 0: never.
  bool strikes(int64_t at);

 private:
  int64_t at_ = 0;
  int64_t count_ = 0;
};

// Any thread may call.
class Faults {
 public:
  // What the settings make this call return, instead of doing anything.
  std::optional<int64_t> forced_return(const Settings& settings, Function function);
  bool loses_heartbeat(const Settings& settings);
  bool run_times_out(const Settings& settings);
  bool load_fails(const Settings& settings);

 private:
  std::mutex mutex_;
  std::vector<BadReturn> bad_returns_;
  std::array<uint64_t, kFunctions> calls_ = {};  // since bad_returns_ last changed
  NthTime heartbeat_;
  NthTime run_;
  NthTime load_;
};

}  // namespace axllama::standin
