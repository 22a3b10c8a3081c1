// Streams and events.
#pragma once

#include "axcl/abi.h"
#include "standin/runtime/call.h"

namespace axllama::standin {

Code create_stream(Call& call, axcl::Stream* stream);
// `force`: without waiting for its work.
Code destroy_stream(Call& call, axcl::Stream stream, bool force);
// `timeout_ms` below 0: for ever. -1 for what is no stream, a context's own included.
Code synchronize_stream(Call& call, axcl::Stream stream, int32_t timeout_ms);

Code create_event(Call& call, axcl::Event* event);
Code destroy_event(Call& call, axcl::Event event);
Code record_event(Call& call, axcl::Event event, axcl::Stream stream);
Code stream_wait_event(Call& call, axcl::Stream stream, axcl::Event event, int32_t timeout_ms);

}  // namespace axllama::standin
