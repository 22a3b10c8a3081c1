// What version of the runtime the stand-in says it is.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "standin/runtime/call.h"

namespace axllama::standin {

// Three numbers of "V3.10.2_20260101" or "3.6"; those that aren't there are 0.
std::array<int32_t, 3> parse_version(std::string_view text);

Code version(Call& call, int32_t* major, int32_t* minor, int32_t* patch);
const char* full_version(Call& call);

}  // namespace axllama::standin
