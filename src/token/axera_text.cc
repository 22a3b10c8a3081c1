#include "token/axera_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "token/axera_kinds.h"

namespace axllama {
namespace {

// Ends HunYuan's answers; published files don't always list it.
constexpr std::string_view kHunYuanEnd = "<\uff5chy_place\u2581holder\u2581no\u25812\uff5c>";

Result<TokenizerSource> read_lines(TextLines& lines, const AxeraHead& head,
                                   std::string_view tokenizer_type) {
  switch (head.kind) {
    case AxeraKind::kSentencePiece:
      return read_sentencepiece_lines(lines, head);
    case AxeraKind::kTiktoken:
      return read_tiktoken_lines(lines, head, tokenizer_type);
    case AxeraKind::kHuggingFace:
      return read_hugging_face_lines(lines, head, tokenizer_type);
    case AxeraKind::kBert:
      break;
  }
  return fail(ErrorCode::kUnsupported, "BERT tokenizers (kind 2) are not supported");
}

Result<void> check_end(TextLines& lines) {
  while (!lines.at_end()) {
    if (!lines.next().empty()) return lines.wrong("more lines than the sizes say");
  }
  return {};
}

Result<void> set_prefix(const AxeraHead& head, TokenizerSource& source) {
  if (head.prefix.empty()) return {};
  const int first = head.prefix.front();
  if (std::ranges::any_of(head.prefix, [&](int id) { return id != first; })) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} prefix tokens; one is supported", head.prefix.size()));
  }
  source.bos = first;
  source.add_bos = true;
  source.tokens[static_cast<size_t>(first)].type = TokenType::kControl;
  return {};
}

}  // namespace

Result<std::string_view> token_line(TextLines& lines, const AxeraHead& head, size_t id) {
  const bool may_be_missing = id + 1 == head.tokens && head.merges == 0;
  const bool missing = lines.at_end();
  const std::string_view line = lines.next();
  if (!missing || may_be_missing) return line;
  return lines.wrong(fmt::format("the file ends after {} of {} tokens", id, head.tokens));
}

Result<TokenizerSource> read_axera_text(std::string_view text, std::string_view tokenizer_type) {
  TextLines lines(text);
  AX_TRY(const AxeraHead head, read_axera_head(lines));
  AX_TRY(TokenizerSource source, read_lines(lines, head, tokenizer_type));
  AX_CHECK(check_end(lines));
  AX_CHECK(set_prefix(head, source));
  source.stops = head.stops;
  if (tokenizer_type == "HunYuan") {
    const auto end = std::ranges::find(source.tokens, kHunYuanEnd, &SourceToken::text);
    if (end != source.tokens.end()) {
      source.stops.push_back(static_cast<int>(end - source.tokens.begin()));
    }
  }
  return source;
}

}  // namespace axllama
