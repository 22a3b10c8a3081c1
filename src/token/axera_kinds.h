// The kinds of AXERA's text file. For axera_text.cc only.
#pragma once

#include <string_view>

#include "base/result.h"
#include "token/axera_frame.h"
#include "token/tokenizer_source.h"

namespace axllama {

// Each reads the lines behind the head: tokens, types, scores, merges and the pre-tokenizer's name.
Result<TokenizerSource> read_sentencepiece_lines(TextLines& lines, const AxeraHead& head);
Result<TokenizerSource> read_tiktoken_lines(TextLines& lines, const AxeraHead& head,
                                            std::string_view tokenizer_type);
Result<TokenizerSource> read_hugging_face_lines(TextLines& lines, const AxeraHead& head,
                                                std::string_view tokenizer_type);

// The line of token `id`, or an empty one where the file is one short.
Result<std::string_view> token_line(TextLines& lines, const AxeraHead& head, size_t id);

}  // namespace axllama
