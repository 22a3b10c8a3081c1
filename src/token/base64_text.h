// Base64 in tokenizer files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace axllama {

// Standard alphabet with padding and nothing else in between; nothing when `text` is not that.
std::optional<std::string> bytes_of_base64(std::string_view text);

}  // namespace axllama
