// A Hugging Face tokenizer folder.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

// The contents of a folder's files; empty where a file is missing.
struct HfFiles {
  std::string tokenizer;          // tokenizer.json
  std::string vocabulary;         // vocab.json, for folders without the former
  std::string merges;             // merges.txt
  std::string config;             // tokenizer_config.json
  std::string generation_config;  // generation_config.json
  std::string chat_template;      // chat_template.jinja
};

// kNotFound when there is neither tokenizer.json nor vocab.json with merges.txt; kIo.
Result<HfFiles> read_hf_files(const std::filesystem::path& folder);

// BPE, byte-level or with marked blanks. `tokenizer_type` (AXERA's name, may be empty) tells the
// pre-tokenizer where there is no tokenizer.json. llama.cpp does not normalize: texts are expected
// in NFC where the tokenizer says so. The result is not finish()ed yet (special_tokens.h).
//
// kCorrupt: not what the format says, with the file's name. kUnsupported, by name: other models
// (Unigram, WordPiece), normalizers and pre-tokenizers than the known ones.
Result<TokenizerSource> read_hf_tokenizer(const HfFiles& files, std::string_view tokenizer_type);

}  // namespace axllama
