#include "token/vocabulary.h"

#include <fmt/format.h>
#include <llama.h>

#include <array>

#include "token/llama_runtime.h"
#include "token/utf8.h"

namespace axllama {
namespace {

std::vector<Token> tokenize(const llama_vocab* vocab, std::string_view text, bool add_special,
                            bool parse_special) {
  std::vector<Token> tokens(text.size() / 3 + 8);
  const auto call = [&] {
    return llama_tokenize(vocab, text.data(), static_cast<int32_t>(text.size()), tokens.data(),
                          static_cast<int32_t>(tokens.size()), add_special, parse_special);
  };
  int32_t count = call();
  if (count < 0) {
    tokens.resize(static_cast<size_t>(-count));
    count = call();
  }
  tokens.resize(static_cast<size_t>(std::max(count, 0)));
  return tokens;
}

}  // namespace

struct Vocabulary::Owned {
  explicit Owned(llama_model* made) : model(made) {}
  ~Owned() { llama_model_free(model); }
  llama_model* model;
};

Result<std::unique_ptr<Vocabulary>> Vocabulary::load(const std::filesystem::path& gguf) {
  AX_CHECK(start_llama());
  AX_CHECK(check_model_file(gguf));
  std::unique_ptr<Owned> owned;
  std::unique_ptr<Vocabulary> vocabulary;
  AX_CHECK(guard_llama(ErrorCode::kCorrupt, "can't load the vocabulary of " + gguf.string(), [&] {
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    llama_model* model = llama_model_load_from_file(gguf.c_str(), params);
    if (model == nullptr) return false;
    owned = std::make_unique<Owned>(model);
    if (llama_vocab_type(llama_model_get_vocab(model)) == LLAMA_VOCAB_TYPE_NONE) {
      throw std::runtime_error("the file holds none");
    }
    vocabulary = std::make_unique<Vocabulary>(model);
    return true;
  }));
  vocabulary->owned_ = std::move(owned);
  return vocabulary;
}

Vocabulary::Vocabulary(const llama_model* model)
    : model_(model), vocab_(llama_model_get_vocab(model)) {
  byte_tokens_.fill(kNoToken);
  if (llama_vocab_type(vocab_) != LLAMA_VOCAB_TYPE_BPE) return;
  for (Token token = 0; token < size(); ++token) {
    char byte = 0;
    if (llama_token_to_piece(vocab_, token, &byte, 1, 0, false) != 1) continue;
    Token& place = byte_tokens_[static_cast<unsigned char>(byte)];
    if (place == kNoToken) place = token;
  }
}

Vocabulary::~Vocabulary() = default;

int Vocabulary::size() const {
  return llama_vocab_n_tokens(vocab_);
}

std::vector<Token> Vocabulary::encode(std::string_view text, bool add_special,
                                      bool parse_special) const {
  // Of all kinds only BPE would turn an invalid byte into U+FFFD.
  size_t valid =
      llama_vocab_type(vocab_) == LLAMA_VOCAB_TYPE_BPE ? valid_utf8_prefix(text) : text.size();
  if (valid == text.size()) return tokenize(vocab_, text, add_special, parse_special);
  std::vector<Token> tokens;
  if (add_special && adds_bos()) tokens.push_back(bos());
  while (!text.empty()) {
    const auto part = tokenize(vocab_, text.substr(0, valid), false, parse_special);
    tokens.insert(tokens.end(), part.begin(), part.end());
    text.remove_prefix(valid);
    if (text.empty()) break;
    const Token byte = byte_tokens_[static_cast<unsigned char>(text.front())];
    if (byte != kNoToken) tokens.push_back(byte);
    text.remove_prefix(1);
    valid = valid_utf8_prefix(text);
  }
  if (add_special && llama_vocab_get_add_eos(vocab_)) tokens.push_back(eos());
  return tokens;
}

std::string Vocabulary::piece(Token token, bool special) const {
  if (token < 0 || token >= size()) return {};
  std::array<char, 64> small;
  const int32_t length = llama_token_to_piece(vocab_, token, small.data(),
                                              static_cast<int32_t>(small.size()), 0, special);
  if (length >= 0) return std::string(small.data(), static_cast<size_t>(length));
  std::string large(static_cast<size_t>(-length), '\0');
  llama_token_to_piece(vocab_, token, large.data(), -length, 0, special);
  return large;
}

std::string Vocabulary::decode(const std::vector<Token>& tokens, bool special) const {
  std::string text;
  for (const Token token : tokens) text += piece(token, special);
  return text;
}

bool Vocabulary::is_end(Token token) const {
  return llama_vocab_is_eog(vocab_, token);
}
Token Vocabulary::bos() const {
  return llama_vocab_bos(vocab_);
}
Token Vocabulary::eos() const {
  return llama_vocab_eos(vocab_);
}
bool Vocabulary::adds_bos() const {
  return llama_vocab_get_add_bos(vocab_) && bos() != kNoToken;
}

std::string Vocabulary::chat_template() const {
  const char* text = llama_model_chat_template(model_, nullptr);
  return text == nullptr ? "" : text;
}

}  // namespace axllama
