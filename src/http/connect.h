// Connecting to a server.
#pragma once

#include <stop_token>

#include "base/endpoint.h"
#include "base/result.h"
#include "base/task.h"
#include "http/loop.h"
#include "http/transport.h"

namespace axllama {

// Tries the endpoint's addresses in turn until one answers. kUnavailable when none does, kTimeout
// after `deadline`, kCanceled when `stop` is asked. `ahead` is the transport's.
Task<Result<Transport>> connect(Loop& loop, Endpoint endpoint, size_t ahead,
                                Transport::Deadline deadline, std::stop_token stop);

}  // namespace axllama
