// AXERA's tokenizer text file (qwen3_tokenizer.txt and the like).
#pragma once

#include <string_view>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

// Reads the whole text of such a file: kinds 0 (SentencePiece), 1 (tiktoken: tokens without merge
// rules, which are derived) and 3 (Hugging Face BPE). `tokenizer_type` is config.json's ("Qwen3");
// it may be empty. The last token's line may be missing, as one of the writers counts one too many.
// What stands there is not finish()ed yet (special_tokens.h).
//
// kCorrupt with the line's number; kUnsupported for kind 2 (BERT), more than one prefix token, and
// families whose pre-tokenizer is not known.
Result<TokenizerSource> read_axera_text(std::string_view text, std::string_view tokenizer_type);

}  // namespace axllama
