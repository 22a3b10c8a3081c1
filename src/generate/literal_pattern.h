// Regular expressions that match one text literally.
#pragma once

#include <string>
#include <string_view>

namespace axllama {

std::string literal_pattern(std::string_view text);

}  // namespace axllama
