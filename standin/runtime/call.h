// One call of a program into the runtime, from entry to return.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "standin/runtime/codes.h"
#include "standin/runtime/function.h"
#include "standin/runtime/runtime.h"
#include "standin/runtime/say.h"

namespace axllama::standin {

// Lives on the caller's stack.
class Call {
 public:
  Call(Runtime& runtime, Function function);
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const Settings& settings() const { return *settings_; }
  const std::shared_ptr<const Settings>& shared_settings() const { return settings_; }
  Runtime& runtime() const { return runtime_; }
  Function function() const { return function_; }
  // Null before axclInit and after axclFinalize.
  const std::shared_ptr<Session>& session() const { return session_; }
  // The thread's context; null when it has none.
  std::shared_ptr<Context> context() const;

  // Asks the card something: every call that reaches the card goes through here, and it is where
  // cards die. 0 or 0x8030040c.
  Code send(Card& card) const;
  // The same for the engine, which a killed process leaves wedged: 0x80300709.
  Code send_to_engine(Card& card) const;
  // The card's answer has come, `length` ns of work on `lane` (may be null) after the call began.
  void answered(Lane* lane, int64_t length) const;
  // An asynchronous call's share of its caller's time.
  void submitted() const;

  DeathRules death_rules() const { return {settings_->leak_on_kill, settings_->wedge_on_kill}; }

 private:
  Runtime& runtime_;
  const Function function_;
  const std::shared_ptr<const Settings> settings_;
  const std::shared_ptr<Session> session_;
  const int64_t begin_;
};

// The code's value in the type that a function returns: a pointer to nothing, an error as a count,
// or (64 bits) a sign-extended error.
template <class R>
R as_result(int64_t value) {
  if constexpr (std::is_pointer_v<R>) {
    return nullptr;
  } else {
    return static_cast<R>(static_cast<Code>(value));
  }
}

// Runs `body` (Call& to R) as `function`: counts it, and lets faults answer instead.
template <class R, class Body>
R perform(Function function, Body&& body) {
  Runtime& runtime = Runtime::get();
  Call call(runtime, function);
  if (const auto forced = runtime.faults.forced_return(call.settings(), function)) {
    runtime.counters.call(function, true);
    return as_result<R>(*forced);
  }
  R result = as_result<R>(kPlainFail);
  try {
    result = body(call);
  } catch (const std::exception& error) {
    // The host has no memory or no thread left; no exception may cross the C interface.
    say(LogLevel::kMisuse, std::string(function_name(function)) + ": " + error.what());
  }
  bool error = false;
  if constexpr (std::is_same_v<R, Code>) error = result != kOk;
  if constexpr (std::is_pointer_v<R>) error = result == nullptr;
  runtime.counters.call(function, error);
  return result;
}

}  // namespace axllama::standin
