// Where text stops being UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace axllama {

// Bytes of the longest prefix of `text` that is whole, well-formed UTF-8 (RFC 3629: no overlong
// forms, no surrogates, nothing above U+10FFFF).
size_t valid_utf8_prefix(std::string_view text);

}  // namespace axllama
