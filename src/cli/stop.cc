#include "cli/api.h"
#include "cli/commands.h"
#include "cli/requests.h"

namespace axllama::cli {

Result<int> stop_command(Args args) {
  std::string name;
  Arguments arguments("stop", "Unload a model.");
  arguments.word("MODEL", name, "its name");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  const auto answer = Api::from_env().post("/api/generate", unload_body(name));
  if (answer) return 0;
  if (answer.error().code == ErrorCode::kNotFound) {
    return fail(ErrorCode::kNotFound, "couldn't find model \"" + name + "\" to stop");
  }
  return std::unexpected(answer.error());
}

}  // namespace axllama::cli
