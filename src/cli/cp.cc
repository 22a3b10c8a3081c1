#include <cstdio>

#include "cli/api.h"
#include "cli/commands.h"
#include "cli/models.h"
#include "cli/requests.h"

namespace axllama::cli {

Result<int> cp_command(Args args) {
  std::string source, destination;
  Arguments arguments("cp", "Give a model another name too.");
  arguments.word("SOURCE", source, "its present name");
  arguments.word("DESTINATION", destination, "the other name");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  const Api api = Api::from_env();
  const auto copied = api.post("/api/copy", copy_body(source, destination));
  if (!copied) return with_nearest(api, source, copied.error());
  std::printf("copied '%s' to '%s'\n", source.c_str(), destination.c_str());
  return 0;
}

}  // namespace axllama::cli
