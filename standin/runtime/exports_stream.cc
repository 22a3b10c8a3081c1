// Streams and events.
#include "standin/runtime/exports.h"
#include "standin/runtime/stream_calls.h"

namespace axllama::axcl {

extern "C" {

Code axclrtCreateStream(Stream* stream) {
  AXCL_PERFORM(axclrtCreateStream, Code, standin::create_stream(call, stream));
}

Code axclrtDestroyStream(Stream stream) {
  AXCL_PERFORM(axclrtDestroyStream, Code, standin::destroy_stream(call, stream, false));
}

Code axclrtDestroyStreamForce(Stream stream) {
  AXCL_PERFORM(axclrtDestroyStreamForce, Code, standin::destroy_stream(call, stream, true));
}

Code axclrtSynchronizeStream(Stream stream) {
  AXCL_PERFORM(axclrtSynchronizeStream, Code, standin::synchronize_stream(call, stream, -1));
}

Code axclrtSynchronizeStreamWithTimeout(Stream stream, int32_t milliseconds) {
  AXCL_PERFORM(axclrtSynchronizeStreamWithTimeout, Code,
               standin::synchronize_stream(call, stream, milliseconds));
}

Code axclrtCreateEvent(Event* event) {
  AXCL_PERFORM(axclrtCreateEvent, Code, standin::create_event(call, event));
}

Code axclrtDestroyEvent(Event event) {
  AXCL_PERFORM(axclrtDestroyEvent, Code, standin::destroy_event(call, event));
}

Code axclrtRecordEvent(Event event, Stream stream) {
  AXCL_PERFORM(axclrtRecordEvent, Code, standin::record_event(call, event, stream));
}

Code axclrtStreamWaitEvent(Stream stream, Event event) {
  AXCL_PERFORM(axclrtStreamWaitEvent, Code, standin::stream_wait_event(call, stream, event, -1));
}

Code axclrtStreamWaitEventWithTimeout(Stream stream, Event event, int32_t milliseconds) {
  AXCL_PERFORM(axclrtStreamWaitEventWithTimeout, Code,
               standin::stream_wait_event(call, stream, event, milliseconds));
}

}  // extern "C"

}  // namespace axllama::axcl
