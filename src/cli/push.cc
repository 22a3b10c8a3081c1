#include "cli/commands.h"
#include "cli/transfer.h"

namespace axllama::cli {

Result<int> push_command(Args args) {
  std::string model;
  bool insecure = false, json = false;
  Arguments arguments("push", "Send a model of the store to a registry.");
  arguments.word("MODEL", model, "its name, with the registry's host: registry.home:5000/me/model");
  arguments.flag("--insecure", insecure, "speak to the registry without encryption");
  arguments.flag("--json", json, "the server's own lines of progress, for programs");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  Progress progress(json ? Shown::kJson : Shown::kProgress);
  AX_CHECK(follow_transfer(Api::from_env(), "/api/push", transfer_body(model, insecure), progress));
  return 0;
}

}  // namespace axllama::cli
