#include "standin/pack/tokenizer.h"

#include <algorithm>
#include <array>

namespace axllama::pack {
namespace {

constexpr std::array kPreTokenizers = {
    PreTokenizer{"qwen2",
                 R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+)"
                 R"([\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
                 2},
    PreTokenizer{"llama-bpe",
                 R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?)"
                 R"([^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
                 3},
};

// Tokens that end an answer whatever else the model names (spec/models.md 5.1).
constexpr std::array<std::string_view, 3> kStopTokens = {"<|im_end|>", "<|eot_id|>",
                                                         "<end_of_turn>"};

}  // namespace

const PreTokenizer* find_pre_tokenizer(std::string_view name) {
  const auto* found = std::ranges::find(kPreTokenizers, name, &PreTokenizer::name);
  return found == kPreTokenizers.end() ? nullptr : found;
}

const PreTokenizer* find_pre_tokenizer_by_regex(std::string_view regex) {
  const auto* found = std::ranges::find(kPreTokenizers, regex, &PreTokenizer::regex);
  return found == kPreTokenizers.end() ? nullptr : found;
}

void add_stops_by_name(Tokenizer& tokenizer) {
  for (size_t id = 0; id < tokenizer.tokens.size(); ++id) {
    if (tokenizer.added(id) && std::ranges::count(kStopTokens, tokenizer.tokens[id]) > 0) {
      tokenizer.stops.push_back(static_cast<int>(id));
    }
  }
  std::ranges::sort(tokenizer.stops);
  const auto repeated = std::ranges::unique(tokenizer.stops);
  tokenizer.stops.erase(repeated.begin(), repeated.end());
}

}  // namespace axllama::pack
