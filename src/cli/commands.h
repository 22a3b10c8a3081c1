// The commands. Each reads the words after its name and returns the exit code, or what went wrong.
#pragma once

#include "base/result.h"
#include "cli/arguments.h"

namespace axllama::cli {

Result<int> serve_command(Args args);
Result<int> runner_command(Args args);
Result<int> run_command(Args args);
Result<int> list_command(Args args);
Result<int> devices_command(Args args);
Result<int> catalogue_command(Args args);
Result<int> ps_command(Args args);
Result<int> show_command(Args args);
Result<int> stop_command(Args args);
Result<int> create_command(Args args);
Result<int> export_command(Args args);
Result<int> pull_command(Args args);
Result<int> push_command(Args args);
Result<int> cp_command(Args args);
Result<int> rm_command(Args args);
Result<int> version_command(Args args);

}  // namespace axllama::cli
