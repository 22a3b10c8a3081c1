#include "cli/models.h"

#include "cli/requests.h"

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

}  // namespace axllama::cli
