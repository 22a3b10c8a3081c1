// One step of the engine, as the threads see it that work on it.
#pragma once

#include <mutex>
#include <span>
#include <stop_token>

#include "base/result.h"
#include "engine/engine.h"

namespace axllama::npu {

// What all threads of one step share. Any of them may call.
class Step {
 public:
  // What rows that ask get: their logits, or the row that the head reads or makes of it.
  enum class Gives { kLogits, kHidden };
  Step(std::span<const Row> rows, std::stop_token stop, Gives gives = Gives::kLogits)
      : rows_(rows), stop_(std::move(stop)), gives_(gives) {}

  std::span<const Row> rows() const { return rows_; }
  Gives gives() const { return gives_; }
  // The first error counts. The others stop before their next piece.
  void fail(Error error);
  // After a failure, and when the caller said so (which then is the failure: kCanceled).
  bool stopped();
  // When all threads have ended.
  const Result<void>& result() const { return result_; }

 private:
  const std::span<const Row> rows_;
  const std::stop_token stop_;
  const Gives gives_;
  std::mutex mutex_;
  Result<void> result_;
};

}  // namespace axllama::npu
