// Carries a runner's events to a client.
#pragma once

#include <string>
#include <vector>

#include "base/task.h"
#include "core/request.h"
#include "http/server.h"
#include "serve/dialect.h"
#include "serve/scheduler.h"

namespace axllama::serve {

// Sends `body` to the leased runner's `path` and writes its events in `dialect`, as they come or
// whole. A failure before anything was sent is the returned error; a later one becomes the stream's
// last line.
Task<Result<void>> answer(Exchange& exchange, const Scheduler::Lease& lease, std::string path,
                          std::string body, Dialect& dialect, bool stream);
// The same for an answer of several runs, one after another: `bodies` is one request each.
Task<Result<void>> answer_all(Exchange& exchange, const Scheduler::Lease& lease, std::string path,
                              std::vector<std::string> bodies, Dialect& dialect, bool stream);

// A request whose answer is one JSON document (/embed).
Task<Result<std::string>> ask(Exchange& exchange, const Scheduler::Lease& lease, std::string path,
                              std::string body);

}  // namespace axllama::serve
