// Regular expressions of JSON schemas, made fit for grammars.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama {

// `pattern` (ECMA-262) as a pattern that llama.cpp's schema converter takes whole: anchored at both
// ends, with plain classes for \d, \w, \s and '.', and without characters that JSON would have to
// escape. It may match less than `pattern` does, never more. kInvalidArgument, with what it is that
// can't be done, for look-arounds, back references, \b and their like.
Result<std::string> grammar_pattern(std::string_view pattern);

// The pattern of a `format`; "" for one that is not known.
std::string_view format_pattern(std::string_view format);

}  // namespace axllama
