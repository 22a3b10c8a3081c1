// A stream: work of the card in the order in which it was submitted.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "axcl/abi.h"
#include "standin/runtime/card.h"
#include "standin/runtime/timeline.h"

namespace axllama::standin {

// What a piece of work needs besides its own computation.
struct WorkTime {
  Lane* lane = nullptr;  // of a card or the bus, which outlive the stream
  int64_t length = 0;
};

// Any thread may call. Its own thread begins with the first work.
class Stream {
 public:
  // `timeline` must outlive the stream.
  Stream(std::shared_ptr<Card> card, Timeline& timeline)
      : card_(std::move(card)), timeline_(timeline) {}
  ~Stream() { stop(); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  const std::shared_ptr<Card>& card() const { return card_; }

  // Takes the work at once; what it returns is kept for synchronize().
  void submit(std::function<axcl::Code()> work, WorkTime time);
  // Waits for all work so far, as long as `timeout_ms` when that isn't negative, and then for the
  // card's answer, which takes `message_ns`. The first failure since the last call, as 0x8030090c;
  // 0x80300405 when the time is over.
  axcl::Code synchronize(int32_t timeout_ms, int64_t message_ns);
  // Drops what hasn't begun, waits for what has.
  void stop();

  // Virtual time at which all work so far is done; later work begins no sooner than `when`.
  int64_t ready() const;
  void not_before(int64_t when);
  bool stopping() const;

 private:
  struct Work {
    std::function<axcl::Code()> run;
    WorkTime time;
    int64_t submitted = 0;
  };
  void work_off();
  axcl::Code run(const Work& work);
  bool drained(std::unique_lock<std::mutex>& lock, int32_t timeout_ms);

  const std::shared_ptr<Card> card_;  // shared by all that live on it
  Timeline& timeline_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> queue_;
  bool busy_ = false;
  bool stop_ = false;
  bool failed_ = false;
  int64_t ready_ = 0;
  std::thread thread_;
};

}  // namespace axllama::standin
