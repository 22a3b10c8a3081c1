#include "standin/runtime/faults.h"

namespace axllama::standin {

bool NthTime::strikes(int64_t at) {
  if (at != at_) {
    at_ = at;
    count_ = 0;
  }
  return at_ > 0 && ++count_ == at_;
}

std::optional<int64_t> Faults::forced_return(const Settings& settings, Function function) {
  const std::scoped_lock lock(mutex_);
  if (settings.bad_return != bad_returns_) {
    bad_returns_ = settings.bad_return;
    calls_ = {};
  }
  if (bad_returns_.empty()) return std::nullopt;
  const uint64_t call = ++calls_[static_cast<size_t>(function)];
  for (const BadReturn& bad : bad_returns_) {
    if (bad.call == call && bad.function == function_name(function)) return bad.code;
  }
  return std::nullopt;
}

bool Faults::loses_heartbeat(const Settings& settings) {
  const std::scoped_lock lock(mutex_);
  return heartbeat_.strikes(settings.heartbeat_lost_at);
}

bool Faults::run_times_out(const Settings& settings) {
  const std::scoped_lock lock(mutex_);
  return run_.strikes(settings.execute_timeout_at);
}

bool Faults::load_fails(const Settings& settings) {
  const std::scoped_lock lock(mutex_);
  return load_.strikes(settings.load_fail_at);
}

}  // namespace axllama::standin
