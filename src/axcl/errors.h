// The runtime's codes in words: what happened, and what to do about it.
#pragma once

#include <string>
#include <string_view>

#include "axcl/abi.h"
#include "base/result.h"

namespace axllama::axcl {

// "out of card memory (0x80300507)"; a code nobody knows: "unknown error (0x...)".
std::string describe(Code code);

// The Error of a call that failed: "<what>: <describe(code)>", with a hint where there is one.
Error error_of(std::string_view what, Code code);

// Nothing when the code is 0, else error_of.
Result<void> check(Code code, std::string_view what);

}  // namespace axllama::axcl
