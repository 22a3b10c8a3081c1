// Which of llama.cpp's pre-tokenizers ("qwen2", "smollm", ...) cuts a text as a byte-level BPE
// vocabulary was trained for.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

// By the names that AXERA's files give: tokenizer_type of config.json ("Qwen3"; may be empty) and
// the family number of the text file (1 Qwen3.5, 2 Qwen2, 3 GLM, 4 o200k; 0: unknown), which counts
// more, as it was made from the tokenizer itself. `tokens` (in the byte alphabet) decide when
// neither says anything, and tell MiniCPM5's vocabulary, whose packages also call it Qwen's.
// kUnsupported, with the name, when there is none.
Result<std::string> pre_tokenizer_of_family(std::string_view tokenizer_type, int family,
                                            std::span<const SourceToken> tokens);

// By the steps of a tokenizer.json, one line each: "split REGEX", "digits", "bytes" (byte alphabet
// only), "gpt2" (GPT-2's regex, then the byte alphabet). kUnsupported, with the steps, when
// unknown.
Result<std::string> pre_tokenizer_of_steps(std::string_view steps, bool ignore_merges);

// tokenizer_type for a tokenizer_class of tokenizer_config.json ("Qwen2Tokenizer"); may be empty.
std::string_view tokenizer_type_of_class(std::string_view tokenizer_class);

}  // namespace axllama
