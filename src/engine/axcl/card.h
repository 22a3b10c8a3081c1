// A card, and the one thread of ours that talks to it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "axcl/runtime.h"
#include "base/result.h"

namespace axllama::npu {

// AXCL's contexts belong to threads: the session is opened, used and closed on a thread that lives
// as long as the card does, whoever calls the engine. What lies on the card must be made and
// destroyed there too. One owner at a time makes all calls of this class.
class Card {
 public:
  // Errors of Session::open, with the card's name.
  static Result<std::unique_ptr<Card>> open(const axcl::Runtime& runtime, int32_t device);
  // Closes the session; nothing may be left on the card.
  ~Card();
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;

  int32_t device() const { return device_; }
  // "card 3"
  const std::string& name() const { return name_; }
  const axcl::Functions& call() const { return runtime_.call(); }

  // On the card's thread. Bytes that are free on the card for models and buffers: the card runs
  // programs to tell them, which takes about 1.5 s. kUnsupported when the driver doesn't tell.
  Result<uint64_t> free_bytes() const;
  // On the card's thread. Whether so many bytes are free, by taking them for a moment: some
  // milliseconds.
  bool has_free(uint64_t bytes) const;

  // Runs `job` on the card's thread, once the one before it is done.
  void start(std::function<void()> job);
  // Until the job is done; at once when there is none.
  void wait();
  // start() and wait(); gives what `job` gives, which is not void.
  template <class Job>
  auto run(Job job) {
    std::optional<decltype(job())> result;
    start([&] { result.emplace(job()); });
    wait();
    return *std::move(result);
  }

 private:
  Card(const axcl::Runtime& runtime, int32_t device);
  void work();

  const axcl::Runtime& runtime_;
  const int32_t device_;
  const std::string name_;
  std::unique_ptr<axcl::Session> session_;  // the thread's

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> job_;  // empty: none
  bool end_ = false;
  std::thread thread_;
};

// Ids of the cards that `wanted` names, all that are connected when it is empty, each once.
// kUnavailable when none is connected, kNotFound for one that isn't.
Result<std::vector<int32_t>> choose_devices(const axcl::Runtime& runtime,
                                            const std::vector<int32_t>& wanted);

// `error`, saying which card it was.
Error on_card(const Card& card, Error error);

}  // namespace axllama::npu
