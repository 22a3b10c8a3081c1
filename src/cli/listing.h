// The tables of `list` and `ps`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/replies.h"

namespace axllama::cli {

// Only the models whose name begins with `prefix`, in any case of letters. `now`: for the ages.
std::string list_text(const std::vector<ListedModel>& models, std::string_view prefix, Time now);
std::string loaded_text(const std::vector<LoadedModel>& models, std::string_view prefix, Time now);

// "100% CPU", "100% GPU", "48%/52% CPU/GPU" or "Unknown".
std::string processor_text(uint64_t size, uint64_t size_vram);

}  // namespace axllama::cli
