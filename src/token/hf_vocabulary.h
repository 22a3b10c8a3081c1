// Tokens of Hugging Face files by id. For the hf_*.cc files only.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

// Sets the text of token `id`, which may come in any order; ids that are never set stay empty.
// kCorrupt for an id that can't be and a text that is too long.
Result<SourceToken*> place_token(TokenizerSource& source, int64_t id, std::string text);
// An added token: control when it is special, else shown. White space of vocabularies with marked
// blanks is joined like any other.
Result<void> place_added_token(TokenizerSource& source, int64_t id, std::string text, bool special);
// Rules as lines "LEFT RIGHT", the first of which may be "#version: 0.2".
Result<void> place_merge_lines(TokenizerSource& source, std::string_view lines);

// kCorrupt when most ids have no token: a number in the file is wrong.
Result<void> check_gaps(const TokenizerSource& source);

}  // namespace axllama
