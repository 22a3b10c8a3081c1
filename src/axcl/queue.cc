#include "axcl/queue.h"

#include <utility>

#include "axcl/errors.h"

namespace axllama::axcl {
namespace {

// Longer than any queue of ours takes; a wedged card would block for ever without it.
constexpr int32_t kPatienceMs = 60'000;

}  // namespace

Result<Queue> Queue::create(const Functions& call) {
  if (call.axclrtCreateStream == nullptr || call.axclrtEngineExecuteAsync == nullptr ||
      call.axclrtMemcpyAsync == nullptr || call.axclrtDestroyStream == nullptr ||
      (call.axclrtSynchronizeStream == nullptr &&
       call.axclrtSynchronizeStreamWithTimeout == nullptr)) {
    return fail(ErrorCode::kUnsupported, "this driver has no streams");
  }
  Queue queue(call);
  AX_CHECK(check(call.axclrtCreateStream(&queue.stream_), "creating a stream"));
  return queue;
}

Queue::Queue(Queue&& other) noexcept
    : call_(other.call_), stream_(std::exchange(other.stream_, nullptr)) {}

Queue::~Queue() {
  if (stream_ != nullptr) call_->axclrtDestroyStream(stream_);
}

Result<void> Queue::copy(Address to, Address from, size_t bytes) const {
  return check(call_->axclrtMemcpyAsync(to, from, bytes, CopyKind::kDeviceToDevice, stream_),
               "queueing a copy");
}

Result<void> Queue::wait() const {
  const Code code = call_->axclrtSynchronizeStreamWithTimeout != nullptr
                        ? call_->axclrtSynchronizeStreamWithTimeout(stream_, kPatienceMs)
                        : call_->axclrtSynchronizeStream(stream_);
  return check(code, "waiting for the card");
}

}  // namespace axllama::axcl
