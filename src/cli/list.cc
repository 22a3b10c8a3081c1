#include <cstdio>

#include "cli/api.h"
#include "cli/commands.h"
#include "cli/listing.h"

namespace axllama::cli {

Result<int> list_command(Args args) {
  std::string prefix;
  Arguments arguments("list", "List the installed models.");
  arguments.word("PREFIX", prefix, "only names that begin so", false);
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  AX_TRY(const std::string body, Api::from_env().get("/api/tags"));
  AX_TRY(const auto models, read_list(body));
  std::fputs(list_text(models, prefix, std::chrono::system_clock::now()).c_str(), stdout);
  return 0;
}

}  // namespace axllama::cli
