// What several commands ask about models.
#pragma once

#include <string>

#include "cli/api.h"
#include "cli/replies.h"
#include "cli/transfer.h"

namespace axllama::cli {

Result<ShownModel> show_model(const Api& api, const std::string& name, bool verbose = false);
// The same; when the model is not there, the hint lists those that are.
Result<ShownModel> require_model(const Api& api, const std::string& name);
// `error`, which a command about the model gave; when the server knows no such model, the hint
// gives the names most like it.
std::unexpected<Error> with_nearest(const Api& api, const std::string& name, Error error);
// Brings it from wherever its name means, with progress. When nobody has it, the hint gives the
// names most like it. device: as parse_device takes it, or empty.
Result<void> pull_model(const Api& api, const std::string& name, bool insecure,
                        const std::string& device, Shown shown = Shown::kProgress);
// Shows a model, and pulls it first when it is not there.
Result<ShownModel> ensure_model(const Api& api, const std::string& name, const std::string& device);

// What to say to somebody who asked for a model that is not among `installed`.
std::string installed_hint(const std::vector<ListedModel>& installed);

}  // namespace axllama::cli
