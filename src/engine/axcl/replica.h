// One whole model on one card or, split by layers, on several.
//
// The stages of a replica work like an assembly line, each on its card's thread: hidden states go
// from one to the next through host memory, and while one evaluates a piece, the one before it is
// at the next piece already.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "engine/axcl/batch.h"
#include "engine/axcl/card.h"
#include "engine/axcl/handover.h"
#include "engine/axcl/load_watch.h"
#include "engine/axcl/part.h"
#include "engine/axcl/stage.h"
#include "engine/axcl/step.h"

namespace axllama::npu {

// A card with what is free there, and what it is to get of the model.
struct Seat {
  std::unique_ptr<Card> card;
  uint64_t free = 0;         // bytes; 0: unknown
  bool may_be_more = false;  // `free` was tried, not told
  Part part = {};
};

struct LoadOrder {
  int slots = 1;
  uint64_t floor = 0;     // bytes of each card that are left to others
  bool together = false;  // a stage that fails stops all other loads of the watch
};

// One thread makes all calls.
class Replica {
 public:
  // `folder` and `embeddings` must outlive it. Seats in the order of the layers.
  Replica(const axmodel::ModelFolder& folder, const EmbeddingTable& embeddings,
          std::vector<Seat> seats);
  ~Replica();
  Replica(const Replica&) = delete;
  Replica& operator=(const Replica&) = delete;

  // Bytes to load, by stage.
  std::vector<uint64_t> load_bytes() const;
  // Loads all stages, each on its card's thread, as loads first, first + 1, ... of `watch`.
  // finish() waits for the end.
  void start_load(const LoadOrder& order, LoadWatch& watch, size_t first);
  // The self-check of each stage. plans: by stage.
  void start_check(std::vector<CheckPlan> plans);
  // Until what was started has ended. Its first error, with the card's name.
  Result<void> finish();

  size_t stages() const { return places_.size(); }
  const Card& card(size_t stage) const { return *places_[stage].seat.card; }
  const Part& part(size_t stage) const { return places_[stage].seat.part; }
  const Verdict& verdict(size_t stage) const { return places_[stage].verdict; }
  uint64_t bytes(size_t stage) const { return places_[stage].stage->bytes(); }
  // That every stage has room for.
  int slots() const;
  // Gives the slots from `count` on back.
  Result<void> keep_slots(int count);

  // Starts the works, which are in the order of the rows, on all stages. Both must outlive it.
  void start(std::vector<Work> works, Step& step);
  // What the step gives for the next row of these works that asked, valid until the next start();
  // null when the step failed before.
  const HeadOutput* next_output() { return outputs_.take(); }
  void wait();

  // The first n rows of slot `to` become those of `from`.
  Result<void> copy(int from, int to, int n);
  // A layer's first rows from and to host memory, [n, kv_size] bf16 each, by two transfers.
  Result<void> read_rows(int slot, size_t layer, std::span<std::byte> keys,
                         std::span<std::byte> values);
  Result<void> write_rows(int slot, size_t layer, std::span<const std::byte> keys,
                          std::span<const std::byte> values);

 private:
  struct Place {
    explicit Place(Seat taken) : seat(std::move(taken)) {}
    Seat seat;
    std::unique_ptr<Stage> stage;  // made and destroyed on the card's thread
    Verdict verdict;
    Result<void> done;
    Handover<std::vector<std::byte>> rows;  // to the next stage, by work
  };

  void run_stage(size_t number, Step& step);
  Result<void> run_work(size_t number, const Work& work, std::span<const std::byte> rows,
                        const Step& step);
  std::span<const std::byte> embedded(const Work& work, std::span<const Row> rows);
  // `job` of each stage, on its card's thread, one after another.
  template <class Job>
  Result<void> on_each(Job job);
  // `job` of the stage that has a layer, with the layer's number there, on its card's thread.
  template <class Job>
  Result<void> on_layer(size_t layer, Job job);

  const axmodel::ModelFolder& folder_;
  const EmbeddingTable& embeddings_;
  std::deque<Place> places_;  // by stage
  std::vector<Work> works_;
  std::vector<std::byte> embedded_;  // the first stage's
  Handover<HeadOutput> outputs_;
};

}  // namespace axllama::npu
