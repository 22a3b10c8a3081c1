// What makes a model folder an embedding model's.
//
// Known, from AXERA's own runner (ax-llm, its axllm branch, 2026): `is_embedding` in config.json;
// the last token's row goes through the head, whose result is "output_norm", or "output" where that
// is as wide as the hidden size; a head that gives logits only is left out and the row is taken as
// the last layer gives it. Tokenizers of the types Qwen3 and Qwen3VL get "<|endoftext|>" appended
// to every text. Heads with "output_norm" beside logits (Qwen3-VL-Embedding, Qwen3-TTS) and with
// nothing else (Qwen3-TTS) are published.
// Not known: which of these the head of Qwen3-Embedding-0.6B is. That the last layer's rows are
// those before the final norm is inferred: AXERA's 2025 program, which had no head, printed numbers
// as coarse as a residual sum in bf16.
// The pooling is read from sentence-transformers' 1_Pooling/config.json, which some folders carry;
// AXERA's runner knows only the last token.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "axmodel/folder.h"
#include "axmodel/folder_findings.h"
#include "axmodel/folder_tree.h"

namespace axllama::axmodel {

// Sets what concerns embedding in `model`, whose head, layers and tokenizer type are known. A
// problem: attention that looks both ways (kUnsupported), a pooling that is not to be had.
void take_embedding(const FolderTree& tree, ModelFolder& model, Findings& findings);

// Path of the 1_Pooling/config.json nearest to the root; empty when there is none.
std::string find_pooling(const FolderTree& tree);

// Of such a file's text. kCorrupt: it is none. kUnsupported, by name: other poolings than the last
// token's and the mean; the first token sees nothing but itself.
Result<EmbeddingPooling> parse_pooling(std::string_view json);

// The token that texts end with, by config.json's tokenizer_type; empty: none.
std::string closing_token_of(std::string_view tokenizer_type);

}  // namespace axllama::axmodel
