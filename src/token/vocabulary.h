// A model's vocabulary: text to tokens and back.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct llama_model;
struct llama_vocab;

namespace axllama {

using Token = int32_t;
constexpr Token kNoToken = -1;

// Immutable after it is made; any thread may call.
class Vocabulary {
 public:
  // Loads only the vocabulary of a GGUF file.
  static Result<std::unique_ptr<Vocabulary>> load(const std::filesystem::path& gguf);
  // The vocabulary of a loaded model, which must outlive it.
  explicit Vocabulary(const llama_model* model);
  ~Vocabulary();

  int size() const;
  // add_special: BOS and EOS as the model wants them. parse_special: "<|im_start|>" and the like
  // become their tokens instead of plain text. Invalid UTF-8 is encoded byte by byte where the
  // vocabulary can. The text is shorter than 2 GiB.
  std::vector<Token> encode(std::string_view text, bool add_special, bool parse_special) const;
  // Bytes of one token; not always whole UTF-8. Control tokens are empty unless `special`.
  std::string piece(Token token, bool special = false) const;
  std::string decode(const std::vector<Token>& tokens, bool special = false) const;
  // Ends a generation: EOS, EOT and their kin.
  bool is_end(Token token) const;
  Token bos() const;  // kNoToken when there is none
  Token eos() const;
  bool adds_bos() const;
  // The model's Jinja chat template; empty when it has none.
  std::string chat_template() const;

  // For token/, generate/ and engine/llama only.
  const llama_vocab* llama() const { return vocab_; }

 private:
  struct Owned;
  std::unique_ptr<Owned> owned_;  // the vocabulary-only model, when load() made it
  const llama_model* model_;
  const llama_vocab* vocab_;
  std::array<Token, 256> byte_tokens_;  // BPE: the token that is this one byte, or kNoToken
};

}  // namespace axllama
