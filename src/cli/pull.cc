#include "cli/commands.h"
#include "cli/models.h"

namespace axllama::cli {

Result<int> pull_command(Args args) {
  std::string model;
  std::string device;
  bool insecure = false, json = false;
  Arguments arguments("pull", "Bring a model from a registry into the store.");
  arguments.word("MODEL", model, "its name, e.g. qwen3:4b or hf.co/AXERA-TECH/Qwen3-4B");
  arguments.flag("--insecure", insecure, "speak to the registry without encryption");
  arguments.option("--device", device, "for which a build is wanted: cpu or npu");
  arguments.flag("--json", json, "the server's own lines of progress, for programs");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  AX_CHECK(
      pull_model(Api::from_env(), model, insecure, device, json ? Shown::kJson : Shown::kProgress));
  return 0;
}

}  // namespace axllama::cli
