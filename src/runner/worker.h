// The one thread that owns the engine: takes jobs, gives them slots, batches their tokens into
// steps, and hands out what comes of it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "engine/engine.h"
#include "runner/job.h"
#include "runner/parked_slots.h"
#include "runner/slots.h"

namespace axllama::runner {

class Worker {
 public:
  // `park_bytes`: of host memory, for conversations that lose their slot; 0: they are forgotten.
  explicit Worker(std::unique_ptr<Engine> engine, uint64_t park_bytes = 0);
  // Cancels what runs and waits; every job gets its last event.
  ~Worker();

  // Any thread. Jobs start in the order they came.
  void submit(Job job);
  void submit(EmbedJob job);
  // Any thread.
  int active() const { return active_.load(std::memory_order_relaxed); }
  int queued() const { return queued_.load(std::memory_order_relaxed); }
  uint64_t parked_bytes() const { return parked_.bytes(); }
  // The device failed, and nobody knows what state it is in: every job fails from then on. Set
  // before the first of them is told. Any thread.
  bool broken() const { return broken_.load(std::memory_order_acquire); }
  // Constant after the load; any thread.
  const EngineInfo& info() const { return engine_->info(); }
  const Vocabulary& vocabulary() const { return engine_->vocabulary(); }
  // Engine::lay_out; any thread.
  Result<Prompt> lay_out(std::span<const PromptPart> parts, bool add_special) const {
    return engine_->lay_out(parts, add_special);
  }

 private:
  struct Sequence;  // a job in a slot
  struct Slot;
  // Where a prompt goes.
  struct Place {
    SlotChoice choice;
    std::optional<ParkedChoice> parked;  // what comes into the slot first
  };

  void run(const std::stop_token& stop);
  bool wait_for_work(const std::stop_token& stop);
  void admit();
  std::optional<Place> place_for(std::span<const Token> prompt) const;
  void start(Job job, const Place& place);
  void take_slot(const Place& place, std::span<const Token> prompt);
  void run_embeddings();
  void drop_canceled();
  void step();
  void step_tokens(const std::vector<Sequence*>& order);
  void step_image(const std::vector<Sequence*>& order);
  size_t pending(const Sequence& sequence) const;
  size_t next_tokens(const Sequence& sequence) const;
  const PlacedImage* next_image(const Sequence& sequence) const;
  void make_room(Sequence& sequence);
  void draw(Sequence& sequence, const Logits& logits);
  void finish(Sequence& sequence, Event last);
  void fail_all(const Error& error);
  void note_failure(const Error& error);
  void refuse_queued(const Error& error);

  std::unique_ptr<Engine> engine_;
  ParkedSlots parked_;
  std::vector<Slot> slots_;
  uint64_t uses_ = 0;

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Job> jobs_;             // under mutex_
  std::deque<EmbedJob> embed_jobs_;  // under mutex_
  std::atomic<int> active_ = 0;
  std::atomic<int> queued_ = 0;
  std::atomic<bool> broken_ = false;
  Error failure_;        // when broken_; the worker's thread only
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace axllama::runner
