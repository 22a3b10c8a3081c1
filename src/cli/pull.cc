#include "cli/commands.h"
#include "cli/transfer.h"

namespace axllama::cli {

Result<int> pull_command(Args args) {
  std::string model;
  bool insecure = false;
  Arguments arguments("pull", "Bring a model from a registry into the store.");
  arguments.word("MODEL", model, "its name, e.g. qwen3:4b or hf.co/AXERA-TECH/Qwen3-4B");
  arguments.flag("--insecure", insecure, "speak to the registry without encryption");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  AX_CHECK(follow_transfer(Api::from_env(), "/api/pull", transfer_body(model, insecure)));
  return 0;
}

}  // namespace axllama::cli
