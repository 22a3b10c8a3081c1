// What `show` prints about a model.
#pragma once

#include <string>

#include "cli/replies.h"

namespace axllama::cli {

// The sections Model, Capabilities, Parameters, System and License; with `verbose` also Metadata
// and Tensors.
std::string show_text(const ShownModel& model, bool verbose);

}  // namespace axllama::cli
