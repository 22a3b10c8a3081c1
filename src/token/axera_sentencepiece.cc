#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "token/axera_kinds.h"
#include "token/base64_text.h"
#include "token/pieces.h"
#include "token/special_tokens.h"

namespace axllama {
namespace {

template <class Number>
bool read_number(std::string_view text, Number& number) {
  const auto read = std::from_chars(text.begin(), text.end(), number);
  return read.ec == std::errc() && read.ptr == text.end();
}

// "BASE64 SCORE TYPE"; the text has blanks where the vocabulary has marks.
Result<SourceToken> read_piece(const TextLines& lines, std::string_view line) {
  const size_t first = line.find(' ');
  const size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return lines.wrong("a piece, its score and type expected");
  const auto bytes = bytes_of_base64(line.substr(0, first));
  if (!bytes || bytes->size() > kLongestToken) return lines.wrong("no token in base64");
  SourceToken token;
  if (!read_number(line.substr(first + 1, second - first - 1), token.score) ||
      !std::isfinite(token.score)) {
    return lines.wrong("the score is no number");
  }
  int type = 0;
  if (!read_number(line.substr(second + 1), type) || type < 1 || type > 6) {
    return lines.wrong("the type is none of 1 to 6");
  }
  token.type = static_cast<TokenType>(type);
  token.text = token.type == TokenType::kNormal ? with_marked_blanks(*bytes) : *bytes;
  return token;
}

void set_special_types(const AxeraHead& head, TokenizerSource& source) {
  for (const int id : head.special) {
    SourceToken& token = source.tokens[static_cast<size_t>(id)];
    if (token.type != TokenType::kNormal || is_white_space_piece(token.text)) continue;
    token.type = type_of_added_token(token.text);
  }
}

}  // namespace

Result<TokenizerSource> read_sentencepiece_lines(TextLines& lines, const AxeraHead& head) {
  TokenizerSource source;
  source.model = TokenizerModel::kSentencePiece;
  for (size_t id = 0; id < head.tokens; ++id) {
    AX_TRY(const std::string_view line, token_line(lines, head, id));
    if (line.empty()) {
      source.tokens.emplace_back();
      continue;
    }
    AX_TRY(SourceToken token, read_piece(lines, line));
    source.tokens.push_back(std::move(token));
  }
  set_special_types(head, source);
  AX_CHECK(settle_byte_pieces(source));
  return source;
}

}  // namespace axllama
