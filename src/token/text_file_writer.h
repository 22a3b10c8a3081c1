// Writes tokenizers in the forms of NPU model folders, for tests.
#pragma once

#include <gguf.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "token/byte_alphabet.h"

namespace axllama::test_kit {

// A byte-level BPE tokenizer as a GGUF file holds it.
struct GgufTokenizer {
  std::vector<std::string> tokens;
  std::vector<int32_t> types;
  std::vector<std::string> merges;
  int eos = -1;

  bool is_added(size_t id) const { return types[id] == 3 || types[id] == 4; }
};

inline std::vector<std::string> strings_of(const gguf_context* gguf, const char* key) {
  const int64_t index = gguf_find_key(gguf, key);
  std::vector<std::string> strings;
  for (size_t i = 0; i < gguf_get_arr_n(gguf, index); ++i) {
    strings.emplace_back(gguf_get_arr_str(gguf, index, i));
  }
  return strings;
}

inline GgufTokenizer tokenizer_in(const std::filesystem::path& file) {
  gguf_context* gguf = gguf_init_from_file(file.c_str(), {.no_alloc = true, .ctx = nullptr});
  GgufTokenizer tokenizer;
  tokenizer.tokens = strings_of(gguf, "tokenizer.ggml.tokens");
  tokenizer.merges = strings_of(gguf, "tokenizer.ggml.merges");
  const int64_t types = gguf_find_key(gguf, "tokenizer.ggml.token_type");
  const auto* first = static_cast<const int32_t*>(gguf_get_arr_data(gguf, types));
  tokenizer.types.assign(first, first + gguf_get_arr_n(gguf, types));
  tokenizer.eos =
      static_cast<int>(gguf_get_val_u32(gguf, gguf_find_key(gguf, "tokenizer.ggml.eos_token_id")));
  gguf_free(gguf);
  return tokenizer;
}

inline std::string base64_of(const std::string& bytes) {
  const char* const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : alphabet[group >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

// The first three lines of the text file.
inline std::string text_head(const GgufTokenizer& tokenizer, int kind) {
  std::string ids;
  size_t special = 0;
  for (size_t id = 0; id < tokenizer.tokens.size(); ++id) {
    if (!tokenizer.is_added(id)) continue;
    ids += std::to_string(id) + ' ';
    ++special;
  }
  return "430 " + std::to_string(kind) + '\n' + std::to_string(special) + " 1 0\n" + ids +
         std::to_string(tokenizer.eos) + " \n";
}

inline std::string tiktoken_text(const GgufTokenizer& tokenizer) {
  std::string text = text_head(tokenizer, 1) + std::to_string(tokenizer.tokens.size()) + '\n';
  for (const std::string& token : tokenizer.tokens) {
    text += base64_of(from_byte_alphabet(token).value_or(token)) + '\n';
  }
  return text;
}

// `encoded`: tokens and merges behind "b64:".
inline std::string hugging_face_text(const GgufTokenizer& tokenizer, bool encoded) {
  std::string text = text_head(tokenizer, 3) + std::to_string(tokenizer.tokens.size()) + ' ' +
                     std::to_string(tokenizer.merges.size() + 1) + '\n';
  for (const std::string& token : tokenizer.tokens) {
    text += (encoded ? "b64:" + base64_of(token) : token) + '\n';
  }
  text += "#version: 0.2\n";
  for (const std::string& merge : tokenizer.merges) {
    const size_t blank = merge.find(' ', 1);
    text += encoded ? "b64:" + base64_of(merge.substr(0, blank)) +
                          " b64:" + base64_of(merge.substr(blank + 1)) + '\n'
                    : merge + '\n';
  }
  return text;
}

// A folder that is deleted with this.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "axllama-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string hold(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary | std::ios::trunc) << bytes;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace axllama::test_kit
