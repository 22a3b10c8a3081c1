#include "token/hf_vocabulary.h"

#include <fmt/format.h>

#include <algorithm>

#include "token/axera_frame.h"
#include "token/merge_rules.h"
#include "token/pieces.h"

namespace axllama {
namespace {

constexpr size_t kUsualGap = 4096;  // ids without a token, besides as many as there are tokens

}  // namespace

Result<SourceToken*> place_token(TokenizerSource& source, int64_t id, std::string text) {
  if (id < 0 || id >= static_cast<int64_t>(kMostTokens)) {
    return fail(ErrorCode::kCorrupt, fmt::format("token id {}; 0 to {} can be", id, kMostTokens));
  }
  if (text.size() > 2 * kLongestToken) {
    return fail(ErrorCode::kCorrupt, fmt::format("token {} has {} bytes", id, text.size()));
  }
  const auto place = static_cast<size_t>(id);
  if (place >= source.tokens.size()) source.tokens.resize(place + 1);
  source.tokens[place].text = std::move(text);
  return &source.tokens[place];
}

Result<void> place_added_token(TokenizerSource& source, int64_t id, std::string text,
                               bool special) {
  const bool joined = source.model != TokenizerModel::kByteBpe && is_white_space_piece(text);
  AX_TRY(SourceToken * token, place_token(source, id, std::move(text)));
  if (joined || token->type == TokenType::kByte) return {};
  token->type = special ? TokenType::kControl : TokenType::kUserDefined;
  return {};
}

Result<void> place_merge_lines(TokenizerSource& source, std::string_view text) {
  MergeRules rules(source);
  TextLines lines(text);
  while (!lines.at_end()) {
    std::string_view line = lines.next();
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || (lines.number() == 1 && line.starts_with("#version"))) continue;
    const size_t blank = line.find(' ');
    if (blank == std::string_view::npos ||
        !rules.add(line.substr(0, blank), line.substr(blank + 1))) {
      const Error error = lines.wrong("a merge of what are no tokens").error();
      return fail(error.code, "merges.txt: " + error.message);
    }
  }
  return {};
}

Result<void> check_gaps(const TokenizerSource& source) {
  const auto has_text = [](const SourceToken& token) { return !token.text.empty(); };
  const auto count = static_cast<size_t>(std::ranges::count_if(source.tokens, has_text));
  if (source.tokens.size() <= 2 * count + kUsualGap) return {};
  return fail(ErrorCode::kCorrupt,
              fmt::format("{} tokens with ids up to {}", count, source.tokens.size() - 1));
}

}  // namespace axllama
