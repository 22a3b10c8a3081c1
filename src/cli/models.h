// What several commands ask about models.
#pragma once

#include <string>

#include "cli/api.h"
#include "cli/replies.h"

namespace axllama::cli {

Result<ShownModel> show_model(const Api& api, const std::string& name, bool verbose = false);
// The same; when the model is not there, the hint lists those that are.
Result<ShownModel> require_model(const Api& api, const std::string& name);

// What to say to somebody who asked for a model that is not among `installed`.
std::string installed_hint(const std::vector<ListedModel>& installed);

}  // namespace axllama::cli
