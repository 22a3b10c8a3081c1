// The parts of tokenizer.json, read one by one. For hf_tokenizer.cc only; texts of JSON stand in
// for its values, as no JSON type crosses a header.
#pragma once

#include <string_view>

#include "base/result.h"
#include "token/hf_tokenizer.h"
#include "token/tokenizer_source.h"

namespace axllama {

// tokenizer.json as a whole: model, added tokens, pre-tokenizer, prefix and suffix.
Result<TokenizerSource> read_tokenizer_json(std::string_view text);
// vocab.json, merges.txt and the added tokens of tokenizer_config.json.
Result<TokenizerSource> read_vocabulary_and_merges(const HfFiles& files,
                                                   std::string_view tokenizer_type);
// eos, bos, pad, stops and the chat template of tokenizer_config.json, generation_config.json and
// chat_template.jinja.
Result<void> read_hf_configs(const HfFiles& files, TokenizerSource& source);

}  // namespace axllama
