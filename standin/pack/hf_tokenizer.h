// Hugging Face tokenizer files: read from a model's folder, and written for a model that came
// without.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "standin/pack/tokenizer.h"

namespace axllama::pack {

// From tokenizer.json, tokenizer_config.json and generation_config.json; kind kNone when there is
// no tokenizer.json. kUnsupported for models other than BPE, kCorrupt for what is no such file.
Result<Tokenizer> hf_tokenizer(const std::filesystem::path& folder);

struct TokenizerFile {
  std::string name;
  std::string content;
};

// What belongs into a tokenizer folder: copies of a Hugging Face source's own files, or
// tokenizer.json, tokenizer_config.json, vocab.json and merges.txt made from a GGUF's tokens.
// kUnsupported for a SentencePiece vocabulary or a pre-tokenizer whose regex isn't known.
Result<std::vector<TokenizerFile>> hf_tokenizer_files(const Tokenizer& tokenizer);

}  // namespace axllama::pack
