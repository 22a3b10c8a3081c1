// What a process did with the stand-in, so that a test can say "at most three copies a token".
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "standin/runtime/function.h"

namespace axllama::standin {

// Any thread may call.
class Counters {
 public:
  void call(Function function, bool error);
  void bytes_to_device(uint64_t bytes) { to_device_ += bytes; }
  void bytes_to_host(uint64_t bytes) { to_host_ += bytes; }
  void bytes_on_device(uint64_t bytes) { on_device_ += bytes; }
  void execute(bool async) { ++(async ? async_ : sync_); }
  // One question to the card that its caller waited for, from beginning to answer.
  void round_trip(int64_t waited_ns) {
    ++round_trips_;
    blocked_ns_ += waited_ns;
  }
  void message() { ++messages_; }
  // Card memory this process uses now.
  void memory_in_use(uint64_t bytes);

  void reset();
  // {"calls": {name: {"calls": n, "errors": n}}, "bytes_h2d": n, ...}; functions never called are
  // left out.
  std::string json(int64_t now_ns, int64_t overlap_ns) const;

 private:
  struct Calls {
    std::atomic<uint64_t> calls = 0;
    std::atomic<uint64_t> errors = 0;
  };
  std::array<Calls, kFunctions> calls_;
  std::atomic<uint64_t> to_device_ = 0;
  std::atomic<uint64_t> to_host_ = 0;
  std::atomic<uint64_t> on_device_ = 0;
  std::atomic<uint64_t> sync_ = 0;
  std::atomic<uint64_t> async_ = 0;
  std::atomic<uint64_t> round_trips_ = 0;
  std::atomic<uint64_t> messages_ = 0;
  std::atomic<int64_t> blocked_ns_ = 0;
  std::atomic<uint64_t> memory_ = 0;
  std::atomic<uint64_t> peak_memory_ = 0;
};

}  // namespace axllama::standin
