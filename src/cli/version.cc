#include <cstdio>

#include "cli/api.h"
#include "cli/commands.h"
#include "cli/replies.h"
#include "serve/version.h"

namespace axllama::cli {

Result<int> version_command(Args args) {
  Arguments arguments("version", "Show the version of this program and of the server's API.");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  std::printf("axllama version is %s\n", serve::kOwnVersion);
  const Api api = Api::from_env();
  const auto body = api.get("/api/version");
  if (!body) {
    std::printf("Warning: could not connect to a running axllama instance at %s\n",
                api.server().text().c_str());
    return 0;
  }
  AX_TRY(const std::string version, read_version(*body));
  std::printf("The server at %s speaks Ollama's API of version %s\n", api.server().text().c_str(),
              version.c_str());
  return 0;
}

}  // namespace axllama::cli
