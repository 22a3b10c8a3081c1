// Percent-encoding of paths.
#pragma once

#include <string>
#include <string_view>

namespace axllama {

// The bytes that `text` stands for; a '%' that two hexadecimal digits do not follow stays.
std::string percent_decode(std::string_view text);

}  // namespace axllama
