// Settings from text.
#pragma once

#include <string_view>

#include "standin/runtime/settings.h"

namespace axllama::standin {

// Sets `field` of `settings` from `text`; false, and nothing set, when it is of the wrong type.
bool set_field(Settings& settings, const Field& field, std::string_view text);

}  // namespace axllama::standin
