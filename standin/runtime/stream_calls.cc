#include "standin/runtime/stream_calls.h"

#include "standin/runtime/device_calls.h"
#include "standin/runtime/durations.h"

namespace axllama::standin {
namespace {

std::shared_ptr<Stream> find_stream(const Call& call, axcl::Stream handle) {
  return call.session() ? call.session()->streams.find(handle) : nullptr;
}

std::shared_ptr<Event> find_event(const Call& call, axcl::Event handle) {
  return call.session() ? call.session()->events.find(handle) : nullptr;
}

// Events want the thread's device, not its context.
Code check_device(Call& call) {
  int32_t device = 0;
  return get_device(call, &device);
}

}  // namespace

Code create_stream(Call& call, axcl::Stream* stream) {
  if (stream == nullptr) return kStreamNull;
  const auto context = call.context();
  if (!context) return kNoContext;
  if (const Code sent = call.send(*context->card()); sent != kOk) return sent;
  *stream = call.session()->streams.add(context->create_stream());
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code destroy_stream(Call& call, axcl::Stream handle, bool force) {
  if (handle == nullptr) return kStreamNull;
  const auto stream = find_stream(call, handle);
  if (!stream) return kStreamDestroy;
  if (!force) stream->synchronize(-1, message_time(call.settings()));
  call.session()->streams.remove(handle);
  stream->stop();
  return kOk;
}

Code synchronize_stream(Call& call, axcl::Stream handle, int32_t timeout_ms) {
  if (handle == nullptr) return kStreamNull;
  const auto stream = find_stream(call, handle);
  if (!stream) return kPlainFail;
  const int64_t begin = call.runtime().timeline.now();
  if (const Code sent = call.send(*stream->card()); sent != kOk) return sent;
  const Code done = stream->synchronize(timeout_ms, message_time(call.settings()));
  call.runtime().counters.round_trip(call.runtime().timeline.now() - begin);
  return done;
}

Code create_event(Call& call, axcl::Event* event) {
  if (event == nullptr) return kStreamNull;
  if (const Code code = check_device(call); code != kOk) return code;
  *event = call.session()->events.add(std::make_shared<Event>());
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code destroy_event(Call& call, axcl::Event event) {
  if (event == nullptr) return kStreamNull;
  if (const Code code = check_device(call); code != kOk) return code;
  return call.session()->events.remove(event) ? kOk : kStreamDestroy;
}

Code record_event(Call& call, axcl::Event handle, axcl::Stream stream_handle) {
  if (handle == nullptr || stream_handle == nullptr) return kStreamNull;
  if (const Code code = check_device(call); code != kOk) return code;
  const auto event = find_event(call, handle);
  const auto stream = find_stream(call, stream_handle);
  if (!event || !stream) return kEventRecord;
  event->record(*stream);
  call.submitted();
  return kOk;
}

Code stream_wait_event(Call& call, axcl::Stream stream_handle, axcl::Event handle,
                       int32_t timeout_ms) {
  if (handle == nullptr || stream_handle == nullptr) return kStreamNull;
  if (const Code code = check_device(call); code != kOk) return code;
  const auto event = find_event(call, handle);
  const auto stream = find_stream(call, stream_handle);
  if (!event || !stream) return kEventWait;
  event->make_wait(stream, timeout_ms);
  call.submitted();
  return kOk;
}

}  // namespace axllama::standin
