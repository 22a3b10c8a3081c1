#include "token/vocabulary_gguf.h"

#include <gguf.h>

#include <memory>
#include <vector>

#include "token/llama_runtime.h"
#include "token/vocabulary_file.h"

namespace axllama {
namespace {

struct FreeGguf {
  void operator()(gguf_context* context) const { gguf_free(context); }
};
using Gguf = std::unique_ptr<gguf_context, FreeGguf>;

constexpr const char* kDigest = "axllama.vocabulary.digest";
constexpr const char* kTokens = "tokenizer.ggml.tokens";

const char* model_name(TokenizerModel model) {
  switch (model) {
    case TokenizerModel::kByteBpe:
      return "gpt2";
    case TokenizerModel::kSpaceBpe:
      return "gemma4";
    case TokenizerModel::kSentencePiece:
      return "llama";
  }
  return "";
}

void set_strings(gguf_context* gguf, const char* key, const std::vector<const char*>& strings) {
  gguf_set_arr_str(gguf, key, const_cast<const char**>(strings.data()), strings.size());
}

void set_tokens(gguf_context* gguf, const TokenizerSource& source) {
  std::vector<const char*> texts;
  std::vector<int32_t> types;
  std::vector<float> scores;
  for (const SourceToken& token : source.tokens) {
    texts.push_back(token.text.c_str());
    types.push_back(static_cast<int32_t>(token.type));
    scores.push_back(token.score);
  }
  set_strings(gguf, kTokens, texts);
  gguf_set_arr_data(gguf, "tokenizer.ggml.token_type", GGUF_TYPE_INT32, types.data(), types.size());
  if (source.model == TokenizerModel::kSentencePiece) {
    gguf_set_arr_data(gguf, "tokenizer.ggml.scores", GGUF_TYPE_FLOAT32, scores.data(),
                      scores.size());
    return;
  }
  std::vector<const char*> merges;
  for (const std::string& merge : source.merges) merges.push_back(merge.c_str());
  set_strings(gguf, "tokenizer.ggml.merges", merges);
}

void set_id(gguf_context* gguf, const char* key, int id) {
  if (id >= 0) gguf_set_val_u32(gguf, key, static_cast<uint32_t>(id));
}

void set_special(gguf_context* gguf, const TokenizerSource& source) {
  // llama.cpp would take its own defaults for these: ids of other vocabularies.
  set_id(gguf, "tokenizer.ggml.bos_token_id", source.bos >= 0 ? source.bos : source.eos);
  set_id(gguf, "tokenizer.ggml.eos_token_id", source.eos);
  set_id(gguf, "tokenizer.ggml.padding_token_id", source.pad);
  // It ends an answer at both of these, whatever their names.
  const char* const places[] = {"tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"};
  for (size_t i = 0; i < source.stops.size() && i < std::size(places); ++i) {
    set_id(gguf, places[i], source.stops[i]);
  }
  gguf_set_val_bool(gguf, "tokenizer.ggml.add_bos_token", source.add_bos);
  gguf_set_val_bool(gguf, "tokenizer.ggml.add_eos_token", source.add_eos);
  gguf_set_val_bool(gguf, "tokenizer.ggml.add_space_prefix", source.add_space_prefix);
}

}  // namespace

std::string vocabulary_bytes(const TokenizerSource& source, const std::string& digest) {
  const Gguf gguf(gguf_init_empty());
  gguf_set_val_str(gguf.get(), "general.architecture", "llama");
  gguf_set_val_str(gguf.get(), kDigest, digest.c_str());
  gguf_set_val_str(gguf.get(), "tokenizer.ggml.model", model_name(source.model));
  if (!source.pre.empty()) gguf_set_val_str(gguf.get(), "tokenizer.ggml.pre", source.pre.c_str());
  set_tokens(gguf.get(), source);
  set_special(gguf.get(), source);
  if (!source.chat_template.empty()) {
    gguf_set_val_str(gguf.get(), "tokenizer.chat_template", source.chat_template.c_str());
  }
  std::string bytes(gguf_get_meta_size(gguf.get()), '\0');
  gguf_get_meta_data(gguf.get(), bytes.data());
  return bytes;
}

std::string digest_in_vocabulary(const std::string& path) {
  if (!check_model_file(path)) return "";
  const Gguf gguf(gguf_init_from_file(path.c_str(), {.no_alloc = true, .ctx = nullptr}));
  if (gguf == nullptr || gguf_find_key(gguf.get(), kTokens) < 0) return "";
  const int64_t digest = gguf_find_key(gguf.get(), kDigest);
  if (digest < 0 || gguf_get_kv_type(gguf.get(), digest) != GGUF_TYPE_STRING) return "";
  return gguf_get_val_str(gguf.get(), digest);
}

}  // namespace axllama
