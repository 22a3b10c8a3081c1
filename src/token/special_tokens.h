// The last touches to a tokenizer, whatever file it came from: which added tokens are shown, which
// token ends an answer, and what llama.cpp can't stand.
#pragma once

#include <string_view>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

// Type of an added token whose file doesn't say: markers are control tokens; what a reader of the
// answer needs ("<think>", "<tool_call>", HTML, runs of white space) is shown.
TokenType type_of_added_token(std::string_view text);

// Makes `source` one that llama.cpp can load:
// - a token that is empty, holds a NUL or repeats an earlier one becomes unused ("[PAD17]");
// - eos is one of the stops when the file names none, best one that ends a turn; else a token that
//   every family uses for that ("<|endoftext|>", ...);
// - bos, when the file names none, is the token that families use for that, if there is one;
// - stops become control tokens.
// kCorrupt: an id outside the vocabulary. kUnsupported: no stop token at all, or more of them than
// a vocabulary file can name.
Result<void> finish_tokenizer(TokenizerSource& source);

}  // namespace axllama
