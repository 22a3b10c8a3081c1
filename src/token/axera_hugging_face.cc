#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "token/axera_kinds.h"
#include "token/base64_text.h"
#include "token/merge_rules.h"
#include "token/pieces.h"
#include "token/pre_tokenizer.h"
#include "token/special_tokens.h"

namespace axllama {
namespace {

constexpr std::string_view kEncoded = "b64:";

std::optional<std::string> plain_text(std::string_view text) {
  if (text.starts_with(kEncoded)) return bytes_of_base64(text.substr(kEncoded.size()));
  return std::string(text);
}

Result<void> read_tokens(TextLines& lines, const AxeraHead& head, TokenizerSource& source) {
  for (size_t id = 0; id < head.tokens; ++id) {
    AX_TRY(const std::string_view line, token_line(lines, head, id));
    auto text = plain_text(line);
    if (!text) return lines.wrong("no base64 after b64:");
    if (text->size() > 2 * kLongestToken) return lines.wrong("the token is too long");
    source.tokens.push_back({std::move(*text), TokenType::kNormal, 0});
  }
  return {};
}

Result<void> read_merge(const TextLines& lines, std::string_view line, MergeRules& rules) {
  const size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return lines.wrong("two parts of a merge expected");
  const std::string_view left = line.substr(0, blank);
  const std::string_view right = line.substr(blank + 1);
  if (!left.starts_with(kEncoded) || !right.starts_with(kEncoded)) {
    if (!rules.add(left, right)) return lines.wrong("a merge of what are no tokens");
    return {};
  }
  const auto left_text = plain_text(left);
  const auto right_text = plain_text(right);
  if (!left_text || !right_text) return lines.wrong("no base64 after b64:");
  if (!rules.add(*left_text, *right_text)) return lines.wrong("a merge of what are no tokens");
  return {};
}

// The first line may be merges.txt's "#version: 0.2".
Result<void> read_merges(TextLines& lines, const AxeraHead& head, TokenizerSource& source) {
  MergeRules rules(source);
  for (size_t i = 0; i < head.merges; ++i) {
    const bool ended = lines.at_end();
    const std::string_view line = lines.next();
    if (ended) {
      return lines.wrong(fmt::format("the file ends after {} of {} merges", i, head.merges));
    }
    if (i == 0 && line.starts_with("#version")) continue;
    AX_CHECK(read_merge(lines, line, rules));
  }
  return {};
}

void set_special_types(const AxeraHead& head, TokenizerSource& source) {
  const bool pieces = source.model == TokenizerModel::kSpaceBpe;
  for (const int id : head.special) {
    SourceToken& token = source.tokens[static_cast<size_t>(id)];
    if (pieces && is_white_space_piece(token.text)) continue;
    token.type = type_of_added_token(token.text);
  }
}

// llama.cpp knows this kind as Gemma's only, and puts <bos> before every text.
Result<void> check_begins_with_bos(TokenizerSource& source) {
  const auto bos = std::ranges::find(source.tokens, "<bos>", &SourceToken::text);
  if (bos == source.tokens.end()) {
    return fail(ErrorCode::kUnsupported, "BPE with marked blanks that is not Gemma's: no <bos>");
  }
  source.bos = static_cast<int>(bos - source.tokens.begin());
  source.add_bos = true;
  return {};
}

}  // namespace

Result<TokenizerSource> read_hugging_face_lines(TextLines& lines, const AxeraHead& head,
                                                std::string_view tokenizer_type) {
  TokenizerSource source;
  AX_CHECK(read_tokens(lines, head, source));
  if (has_marked_blanks(source.tokens, "\u0120")) source.model = TokenizerModel::kSpaceBpe;
  AX_CHECK(read_merges(lines, head, source));
  set_special_types(head, source);
  if (source.model == TokenizerModel::kSpaceBpe) {
    AX_CHECK(settle_byte_pieces(source));
    AX_CHECK(check_begins_with_bos(source));
    return source;
  }
  AX_TRY(source.pre, pre_tokenizer_of_family(tokenizer_type, head.family, source.tokens));
  drop_texts_outside_byte_alphabet(source);
  return source;
}

}  // namespace axllama
