// Base64 with the standard alphabet and padding.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama {

// Line breaks are skipped. kInvalidArgument with Go's text: "illegal base64 data at input byte 4".
Result<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

}  // namespace axllama
