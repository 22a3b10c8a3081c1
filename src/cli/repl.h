// `axllama run MODEL` at a terminal: prompt, answer, prompt.
#pragma once

#include "base/result.h"
#include "cli/api.h"
#include "cli/session.h"

namespace axllama::cli {

// Loads the model and talks until the user leaves. Returns the exit code.
Result<int> talk_to_model(const Api& api, Session session);

}  // namespace axllama::cli
