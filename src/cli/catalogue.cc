// `axllama catalogue update`: a newer list of what there is to pull.
#include <cstdio>
#include <filesystem>

#include "base/env.h"
#include "base/fd.h"
#include "cli/commands.h"
#include "serve/published_models.h"
#include "serve/settings.h"
#include "store/registry_session.h"
#include "store/transfer_http.h"

namespace axllama::cli {
namespace {

constexpr size_t kLongest = 16 << 20;

Result<std::string> fetched(const std::string& address, const store::TransferSettings& settings) {
  AX_TRY(const store::Url url, store::parse_url(address));
  store::RegistrySession session(settings, url, {});
  AX_TRY(store::TransferReply reply, session.call({.url = url}, {}, kLongest));
  if (reply.status == 200) return std::move(reply.body);
  return fail(ErrorCode::kUnavailable,
              address + " answers with status " + std::to_string(reply.status));
}

Result<int> update(std::string from) {
  if (from.empty()) from = env_get("AXLLAMA_CATALOGUE_URL");
  if (from.empty()) {
    return fail(ErrorCode::kInvalidArgument, "no place is known to take a catalogue from",
                "name one: --from URL or FILE, or AXLLAMA_CATALOGUE_URL");
  }
  const serve::Settings settings = serve::settings_from_env();
  const bool remote = from.starts_with("https://") || from.starts_with("http://");
  AX_TRY(const std::string json,
         remote ? fetched(from, settings.transfers) : read_file(from, kLongest));
  AX_TRY(const size_t count, serve::PublishedModels::replace(settings.models, json));
  std::printf("%zu models in %s\n", count,
              serve::PublishedModels::file_of(settings.models).c_str());
  return 0;
}

}  // namespace

Result<int> catalogue_command(Args args) {
  std::string what, from;
  Arguments arguments("catalogue", "Renew the list of models to pull.");
  arguments.word("update", what, "the only thing there is to do");
  arguments.option("--from", from, "URL or file (default: AXLLAMA_CATALOGUE_URL)");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  if (what != "update") {
    return fail(ErrorCode::kInvalidArgument, "unknown command \"" + what + "\" for \"catalogue\"",
                "axllama catalogue update [--from URL|FILE]");
  }
  return update(from);
}

}  // namespace axllama::cli
