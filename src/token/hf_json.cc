#include "token/hf_json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <unordered_map>

#include "token/hf_steps.h"
#include "token/hf_values.h"
#include "token/hf_vocabulary.h"
#include "token/merge_rules.h"
#include "token/pieces.h"
#include "token/pre_tokenizer.h"

namespace axllama {
namespace {

using Json = nlohmann::json;

Result<void> read_tokens(const Json& vocabulary, TokenizerSource& source) {
  for (const auto& [text, id] : vocabulary.get_ref<const Json::object_t&>()) {
    AX_CHECK(place_token(source, token_id(id), text));
  }
  return {};
}

// Rules are "LEFT RIGHT" or, in newer files, ["LEFT", "RIGHT"].
Result<void> read_merges(const Json& merges, TokenizerSource& source) {
  MergeRules rules(source);
  for (const Json& merge : merges.get_ref<const Json::array_t&>()) {
    std::string left;
    std::string right;
    if (merge.is_string()) {
      const auto& text = merge.get_ref<const std::string&>();
      const size_t blank = std::min(text.find(' '), text.size());
      left = text.substr(0, blank);
      right = text.substr(std::min(blank + 1, text.size()));
    } else {
      left = merge.at(0).get<std::string>();
      right = merge.at(1).get<std::string>();
    }
    if (rules.add(left, right)) continue;
    return fail(
        ErrorCode::kCorrupt,
        fmt::format("tokenizer.json: merge {} is of what are no tokens", source.merges.size()));
  }
  return {};
}

Result<void> check_model(const Json& model) {
  const std::string type = model.value("type", "BPE");
  if (type != "BPE") {
    return fail(ErrorCode::kUnsupported, fmt::format("tokenizer.json: model {}", type));
  }
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const auto found = model.find(affix);
    if (found == model.end() || found->is_null() || *found == "") continue;
    return fail(ErrorCode::kUnsupported, fmt::format("tokenizer.json: {}", affix));
  }
  return {};
}

Result<void> read_added_tokens(const Json& json, TokenizerSource& source) {
  const auto added = json.find("added_tokens");
  if (added == json.end() || added->is_null()) return {};
  for (const Json& token : added->get_ref<const Json::array_t&>()) {
    AX_CHECK(place_added_token(source, token_id(token.at("id")),
                               token.at("content").get<std::string>(),
                               token.value("special", false)));
  }
  return {};
}

// Where blanks are marked, the rank of the rule that makes a token tells its score.
void make_scores(TokenizerSource& source) {
  std::unordered_map<std::string, size_t> ranks;
  for (size_t i = 0; i < source.merges.size(); ++i) {
    const std::string& rule = source.merges[i];
    const size_t blank = rule.find(' ');
    ranks.emplace(rule.substr(0, blank) + rule.substr(blank + 1), i);
  }
  for (SourceToken& token : source.tokens) {
    const auto found = ranks.find(token.text);
    const size_t rank = found == ranks.end() ? source.merges.size() : found->second;
    token.score = -static_cast<float>(rank);
  }
  source.merges.clear();
}

Result<void> read_pieces(const HfSteps& steps, TokenizerSource& source) {
  source.model = TokenizerModel::kSentencePiece;
  source.add_space_prefix = steps.space_prefix;
  make_scores(source);
  return settle_byte_pieces(source);
}

std::string part_text(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found == json.end() ? "null" : found->dump();
}

Result<void> read_whole(const Json& json, TokenizerSource& source) {
  const Json& model = json.at("model");
  AX_CHECK(check_model(model));
  AX_TRY(const HfSteps steps,
         read_hf_steps(part_text(json, "normalizer"), part_text(json, "pre_tokenizer")));
  AX_CHECK(read_tokens(model.at("vocab"), source));
  AX_CHECK(read_merges(model.at("merges"), source));
  if (steps.marked_blanks) {
    AX_CHECK(read_pieces(steps, source));
  } else {
    const bool ignore_merges = model.value("ignore_merges", false);
    AX_TRY(source.pre, pre_tokenizer_of_steps(steps.cuts, ignore_merges));
  }
  AX_CHECK(read_added_tokens(json, source));
  AX_CHECK(read_hf_ends(part_text(json, "post_processor"), source));
  AX_CHECK(check_gaps(source));
  if (!steps.marked_blanks) drop_texts_outside_byte_alphabet(source);
  return {};
}

}  // namespace

Result<TokenizerSource> read_tokenizer_json(std::string_view text) {
  TokenizerSource source;
  AX_CHECK(reading_json("tokenizer.json",
                        [&]() -> Result<void> { return read_whole(Json::parse(text), source); }));
  return source;
}

}  // namespace axllama
