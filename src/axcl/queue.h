// A queue of work on the card, done in order.
#pragma once

#include "axcl/functions.h"
#include "axcl/memory.h"
#include "base/result.h"

namespace axllama::axcl {

// Of the thread's current context. Destroying it does not wait.
class Queue {
 public:
  // kUnsupported when the driver has no streams.
  static Result<Queue> create(const Functions& call);
  Queue(Queue&& other) noexcept;
  Queue& operator=(Queue&&) = delete;
  ~Queue();

  // A copy on the card, behind what is queued.
  Result<void> copy(Address to, Address from, size_t bytes) const;
  // Waits until all that is queued is done. Errors of queued work come out here.
  Result<void> wait() const;
  void* handle() const { return stream_; }

 private:
  explicit Queue(const Functions& call) : call_(&call) {}
  const Functions* call_;
  void* stream_ = nullptr;
};

}  // namespace axllama::axcl
