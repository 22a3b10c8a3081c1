// Answers that are lines of a status: /api/create, /api/pull, /api/push.
#pragma once

#include <string>

#include "base/result.h"
#include "base/task.h"
#include "http/server.h"

namespace axllama::serve {

// The first line begins the answer.
Task<Result<void>> send_line(Exchange& exchange, std::string line);

// The error with a status of its own or, when lines were sent already, as the last of them.
Task<Result<void>> end_with_error(Exchange& exchange, Error error);

}  // namespace axllama::serve
