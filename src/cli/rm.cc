#include <cstdio>

#include "cli/api.h"
#include "cli/commands.h"
#include "cli/models.h"
#include "cli/requests.h"

namespace axllama::cli {
namespace {

Result<void> remove_model(const Api& api, const std::string& name) {
  const auto unloaded = api.post("/api/generate", unload_body(name));
  // Whatever else is wrong with the model, it must be possible to remove it.
  if (!unloaded && unloaded.error().code == ErrorCode::kUnavailable) {
    return std::unexpected(unloaded.error());
  }
  const auto removed = api.send("DELETE", "/api/delete", model_body(name));
  if (!removed) return with_nearest(api, name, removed.error());
  std::printf("deleted '%s'\n", name.c_str());
  return {};
}

}  // namespace

Result<int> rm_command(Args args) {
  std::vector<std::string> names;
  Arguments arguments("rm", "Remove models.");
  arguments.words("MODEL", names, "their names", true);
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  const Api api = Api::from_env();
  for (const std::string& name : names) AX_CHECK(remove_model(api, name));
  return 0;
}

}  // namespace axllama::cli
