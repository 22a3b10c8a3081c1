#include <cstdio>

#include "cli/api.h"
#include "cli/commands.h"
#include "cli/listing.h"
#include "cli/remote.h"

namespace axllama::cli {
namespace {

Result<int> print_json(const std::string& prefix, bool remote) {
  if (!prefix.empty())
    return fail(ErrorCode::kInvalidArgument, "--json lists all models, not those of a PREFIX");
  AX_TRY(const std::string body, Api::from_env().get(remote ? "/api/catalogue" : "/api/tags"));
  std::printf("%s\n", body.c_str());
  return 0;
}

Result<int> list_remote(const std::string& prefix) {
  AX_TRY(const std::string body, Api::from_env().get("/api/catalogue"));
  AX_TRY(const auto models, read_remote(body));
  std::fputs(remote_text(models, prefix).c_str(), stdout);
  return 0;
}

}  // namespace

Result<int> list_command(Args args) {
  std::string prefix;
  bool remote = false, json = false;
  Arguments arguments("list", "List the installed models, or those there are to pull.");
  arguments.word("PREFIX", prefix, "only names that begin so", false);
  arguments.flag("--remote", remote, "what there is to pull for the NPU");
  arguments.flag("--json", json, "as the server says it, for programs");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  if (json) return print_json(prefix, remote);
  if (remote) return list_remote(prefix);
  AX_TRY(const std::string body, Api::from_env().get("/api/tags"));
  AX_TRY(const auto models, read_list(body));
  std::fputs(list_text(models, prefix, std::chrono::system_clock::now()).c_str(), stdout);
  return 0;
}

}  // namespace axllama::cli
