// Vocabulary-only GGUF files, made of the tokenizers of NPU model folders.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

// Path of a GGUF file that Vocabulary::load() opens, made of a tokenizer: AXERA's text file or,
// with `is_folder`, a Hugging Face folder. `tokenizer_type` is config.json's ("Qwen3"; may be
// empty). `rows` is the number of logits that the model gives: ids behind the tokenizer's own are
// unused tokens (<= 0: none). A tokenizer without a chat template gets its family's
// (family_template.h). `closing_token` ("<|endoftext|>"; may be empty) is put behind every text
// where the tokenizer itself puts nothing there.
//
// The file lies in `cache_folder`, which is made when missing, under a name made of the tokenizer's
// digest and the other arguments. It is made once, written atomically, and made again when what is
// there is unusable. Any thread and process may call.
//
// kNotFound, kIo; kCorrupt with file and line when the tokenizer is not what it says, and when it
// has more tokens than `rows` or lacks the closing token; kUnsupported, by name, for what
// llama.cpp's vocabulary can't do.
Result<std::string> vocabulary_for(const std::string& tokenizer_path, bool is_folder,
                                   const std::string& tokenizer_type, int rows,
                                   const std::string& cache_folder,
                                   const std::string& closing_token = {});

// The bytes of such a file. `source` is finish()ed (special_tokens.h); `digest` is kept in the file
// and names what it was made of.
std::string vocabulary_bytes(const TokenizerSource& source, const std::string& digest);

}  // namespace axllama
