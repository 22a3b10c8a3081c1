// The version of this program, as CMakeLists.txt has it.
#pragma once

namespace axllama::serve {

constexpr const char* kOwnVersion = AXLLAMA_VERSION;

}  // namespace axllama::serve
