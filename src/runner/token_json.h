// The small JSON bodies of the runner's /tokenize and /detokenize.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "token/vocabulary.h"

namespace axllama::runner {

// {"text":"..."}
Result<std::string> decode_text(std::string_view body);
std::string encode_text(std::string_view text);
// {"tokens":[...]}
Result<std::vector<Token>> decode_tokens(std::string_view body);
std::string encode_tokens(const std::vector<Token>& tokens);

}  // namespace axllama::runner
