#include "standin/pack/gguf_tokenizer.h"

#include <fmt/format.h>

#include <utility>

#include "standin/pack/gguf_metadata.h"

namespace axllama::pack {
namespace {

Result<Tokenizer::Kind> read_kind(const gguf_context& file) {
  const std::string model = gguf_text(file, "tokenizer.ggml.model").value_or("");
  if (model == "gpt2") return Tokenizer::Kind::kBpe;
  if (model == "llama") return Tokenizer::Kind::kSentencePiece;
  if (model.empty() || model == "none") return Tokenizer::Kind::kNone;
  return fail(ErrorCode::kUnsupported, fmt::format("tokenizer \"{}\" can't be packed", model),
              "give --tokenizer none, or a Hugging Face folder");
}

void read_types(const gguf_context& file, Tokenizer& tokenizer) {
  for (const int type : gguf_integers(file, "tokenizer.ggml.token_type")) {
    const bool known =
        type >= static_cast<int>(TokenType::kNormal) && type <= static_cast<int>(TokenType::kByte);
    tokenizer.types.push_back(known ? static_cast<TokenType>(type) : TokenType::kNormal);
  }
  if (tokenizer.types.empty()) tokenizer.types.assign(tokenizer.tokens.size(), TokenType::kNormal);
}

void read_ids(const gguf_context& file, Tokenizer& tokenizer) {
  const auto count = static_cast<int64_t>(tokenizer.tokens.size());
  for (const char* key : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"}) {
    const int64_t id = gguf_integer(file, key).value_or(-1);
    if (id >= 0 && id < count) tokenizer.stops.push_back(static_cast<int>(id));
  }
  const int64_t bos = gguf_integer(file, "tokenizer.ggml.bos_token_id").value_or(-1);
  if (bos >= 0 && bos < count) tokenizer.bos = static_cast<int>(bos);
  const bool pieces = tokenizer.kind == Tokenizer::Kind::kSentencePiece;
  tokenizer.add_bos = gguf_flag(file, "tokenizer.ggml.add_bos_token").value_or(pieces);
  add_stops_by_name(tokenizer);
}

}  // namespace

Result<Tokenizer> gguf_tokenizer(const gguf_context& file) {
  Tokenizer tokenizer;
  AX_TRY(tokenizer.kind, read_kind(file));
  if (tokenizer.kind == Tokenizer::Kind::kNone) return tokenizer;
  tokenizer.tokens = gguf_texts(file, "tokenizer.ggml.tokens");
  read_types(file, tokenizer);
  tokenizer.scores = gguf_floats(file, "tokenizer.ggml.scores");
  if (tokenizer.kind == Tokenizer::Kind::kSentencePiece && tokenizer.scores.empty()) {
    tokenizer.scores.assign(tokenizer.tokens.size(), 0.0F);
  }
  const size_t count = tokenizer.tokens.size();
  if (count == 0 || tokenizer.types.size() != count ||
      (!tokenizer.scores.empty() && tokenizer.scores.size() != count)) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the tokenizer has {} tokens, {} types and {} scores", count,
                            tokenizer.types.size(), tokenizer.scores.size()));
  }
  tokenizer.merges = gguf_texts(file, "tokenizer.ggml.merges");
  tokenizer.pre = gguf_text(file, "tokenizer.ggml.pre").value_or("");
  tokenizer.normalize_nfc = tokenizer.pre == "qwen2";
  tokenizer.chat_template = gguf_text(file, "tokenizer.chat_template").value_or("");
  read_ids(file, tokenizer);
  return tokenizer;
}

}  // namespace axllama::pack
