#include "cli/models.h"

#include "cli/remote.h"
#include "cli/requests.h"
#include "store/published.h"

namespace axllama::cli {

Result<ShownModel> show_model(const Api& api, const std::string& name, bool verbose) {
  AX_TRY(const std::string body, api.post("/api/show", show_body(name, verbose)));
  return read_shown(body);
}

std::string installed_hint(const std::vector<ListedModel>& installed) {
  constexpr const char* kCreate = "`axllama create` makes a model of a GGUF file";
  if (installed.empty()) return std::string("no model is installed; ") + kCreate;
  std::string names;
  for (const ListedModel& model : installed) names += (names.empty() ? "" : ", ") + model.name;
  return "installed: " + names + "; " + kCreate;
}

Result<ShownModel> require_model(const Api& api, const std::string& name) {
  Result<ShownModel> shown = show_model(api, name);
  if (shown || shown.error().code != ErrorCode::kNotFound) return shown;
  AX_TRY(const std::string body, api.get("/api/tags"));
  AX_TRY(const auto installed, read_list(body));
  return fail(ErrorCode::kNotFound, "model '" + name + "' not found", installed_hint(installed));
}

namespace {

// Installed, and in the server's catalogue.
std::vector<std::string> known_names(const Api& api) {
  std::vector<std::string> names;
  if (const auto body = api.get("/api/tags")) {
    for (const ListedModel& model : read_list(*body).value_or(std::vector<ListedModel>()))
      names.push_back(model.name);
  }
  if (const auto body = api.get("/api/catalogue?cards=false")) {
    for (const RemoteModel& model : read_remote(*body).value_or(std::vector<RemoteModel>()))
      names.push_back(model.name);
  }
  return names;
}

std::string nearest_hint(const Api& api, const std::string& name) {
  constexpr size_t kMost = 3;
  std::string text;
  for (const std::string& one : store::nearest_names(name, known_names(api), kMost))
    text += (text.empty() ? "did you mean " : ", ") + one;
  return text.empty() ? "`axllama list` and `axllama list --remote` tell what there is"
                      : text + "?";
}

}  // namespace

std::unexpected<Error> with_nearest(const Api& api, const std::string& name, Error error) {
  if (error.code == ErrorCode::kNotFound && error.hint.empty())
    error.hint = nearest_hint(api, name);
  return std::unexpected(std::move(error));
}

Result<void> pull_model(const Api& api, const std::string& name, bool insecure,
                        const std::string& device, Shown shown) {
  Progress progress(shown);
  Result<void> pulled =
      follow_transfer(api, "/api/pull", transfer_body(name, insecure, device), progress);
  if (pulled || pulled.error().code == ErrorCode::kCanceled) return pulled;
  const bool plain = pulled.error().message.contains("insecure protocol");
  return fail(pulled.error().code, pulled.error().message,
              plain ? "--insecure lets it speak without encryption" : nearest_hint(api, name));
}

Result<ShownModel> ensure_model(const Api& api, const std::string& name,
                                const std::string& device) {
  Result<ShownModel> shown = show_model(api, name);
  if (shown || shown.error().code != ErrorCode::kNotFound) return shown;
  const Result<void> pulled = pull_model(api, name, false, device);
  if (pulled) return require_model(api, name);
  return fail(pulled.error().code,
              "model '" + name + "' not found, and it can't be pulled: " + pulled.error().message,
              pulled.error().hint);
}

}  // namespace axllama::cli
