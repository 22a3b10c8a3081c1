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
  Step(std::span<const Row> rows, std::stop_token stop) : rows_(rows), stop_(std::move(stop)) {}

  std::span<const Row> rows() const { return rows_; }
  // The first error counts. The others stop before their next piece.
  void fail(Error error);
  // After a failure, and when the caller said so (which then is the failure: kCanceled).
  bool stopped();
  // When all threads have ended.
  const Result<void>& result() const { return result_; }

 private:
  const std::span<const Row> rows_;
  const std::stop_token stop_;
  std::mutex mutex_;
  Result<void> result_;
};

}  // namespace axllama::npu
