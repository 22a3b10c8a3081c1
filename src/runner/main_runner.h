// `axllama runner`: the process that holds one model.
#pragma once

#include <string>

#include "base/endpoint.h"
#include "runner/protocol.h"

namespace axllama::runner {

struct MainOptions {
  Endpoint listen;        // a Unix socket from serve; TCP by hand
  LoadRequest load;       // load.model empty: wait for POST /load
  bool lifeline = false;  // end when descriptor kLifelineFd reaches end of file
};

// Serves until SIGTERM, SIGINT or the end of the lifeline. Returns the exit code.
int main_runner(const MainOptions& options);

}  // namespace axllama::runner
