#include "token/pieces.h"

#include <fmt/format.h>

#include <set>

namespace axllama {
namespace {

constexpr std::string_view kMark = "\u2581";
constexpr size_t kMany = 1024;
constexpr size_t kTimesMore = 8;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

}  // namespace

std::string with_marked_blanks(std::string_view text) {
  std::string marked;
  for (const char c : text) {
    if (c == ' ') {
      marked += kMark;
    } else {
      marked += c;
    }
  }
  return marked;
}

bool is_byte_piece(std::string_view text) {
  return text.size() == 6 && text.starts_with("<0x") && is_hex(text[3]) && is_hex(text[4]) &&
         text[5] == '>';
}

bool is_white_space_piece(std::string_view text) {
  while (!text.empty()) {
    if (text.starts_with(kMark)) {
      text.remove_prefix(kMark.size());
    } else if (std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
    } else {
      return false;
    }
  }
  return true;
}

bool has_marked_blanks(const std::vector<SourceToken>& tokens, std::string_view blank) {
  size_t marked = 0;
  size_t plain = 0;
  for (const SourceToken& token : tokens) {
    if (token.text.starts_with(kMark)) ++marked;
    if (token.text.starts_with(blank)) ++plain;
  }
  return marked > kMany && marked >= kTimesMore * plain;
}

Result<void> settle_byte_pieces(TokenizerSource& source) {
  std::set<std::string_view> pieces;
  for (SourceToken& token : source.tokens) {
    if (!is_byte_piece(token.text)) continue;
    token.type = TokenType::kByte;
    pieces.insert(token.text);
  }
  if (pieces.size() == 256) return {};
  return fail(ErrorCode::kUnsupported,
              fmt::format("a SentencePiece vocabulary with {} of 256 byte pieces", pieces.size()));
}

}  // namespace axllama
