// Text files as people's editors write them.
#pragma once

#include <string>
#include <string_view>

namespace axllama::store {

// UTF-8 from UTF-8 or, by its byte order mark, UTF-16. Marks and control characters other than tabs
// and line ends are left out; what is no text becomes U+FFFD.
std::string decode_text(std::string_view bytes);

}  // namespace axllama::store
