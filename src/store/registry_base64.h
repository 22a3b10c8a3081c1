// Base64 with the standard alphabet and padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace axllama::store {

std::string to_base64(std::string_view bytes);
// White space is skipped; nothing for what is no base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace axllama::store
