#include "go_template/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "go_template/quote.h"
#include "go_template/runes.h"

namespace axllama::go_template {
namespace {

constexpr std::string_view kLeft = "{{";
constexpr std::string_view kRight = "}}";
constexpr std::string_view kSpaces = " \t\r\n";
constexpr size_t kTrimMarker = 2;  // a minus, and the space between it and the rest

constexpr std::array kKeywords = {
    std::pair{"block", TokenKind::kBlock},
    std::pair{"break", TokenKind::kBreak},
    std::pair{"continue", TokenKind::kContinue},
    std::pair{"define", TokenKind::kDefine},
    std::pair{"else", TokenKind::kElse},
    std::pair{"end", TokenKind::kEndKeyword},
    std::pair{"if", TokenKind::kIf},
    std::pair{"nil", TokenKind::kNil},
    std::pair{"range", TokenKind::kRange},
    std::pair{"template", TokenKind::kTemplate},
    std::pair{"with", TokenKind::kWith},
    std::pair{"true", TokenKind::kBool},
    std::pair{"false", TokenKind::kBool},
};

bool is_space(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}

bool has_left_trim(std::string_view text) {
  return text.size() >= 2 && text[0] == '-' && is_space(text[1]);
}

bool has_right_trim(std::string_view text) {
  return text.size() >= 2 && is_space(text[0]) && text[1] == '-';
}

size_t leading_space(std::string_view text) {
  return std::min(text.find_first_not_of(kSpaces), text.size());
}

size_t length_without_trailing_space(std::string_view text) {
  return text.find_last_not_of(kSpaces) + 1;  // npos + 1 is 0
}

// "U+0040 '@'"
std::string code_point(const Rune& rune) {
  std::string text = fmt::format("U+{:04X}", rune.code);
  if (!is_printable(rune.code)) return text;
  text += " '";
  append_rune(text, rune.code);
  return text + '\'';
}

std::string_view first_runes(std::string_view text, size_t count) {
  size_t length = 0;
  for (; count > 0 && length < text.size(); --count) length += first_rune(text.substr(length)).size;
  return text.substr(0, length);
}

}  // namespace

std::string Token::shown() const {
  constexpr size_t kLongest = 10;
  if (kind == TokenKind::kEnd) return "EOF";
  if (kind == TokenKind::kError) return text;
  if (kind >= TokenKind::kBlock) return "<" + text + ">";
  if (text.size() > kLongest) return quote(first_runes(text, kLongest)) + "...";
  return quote(text);
}

Token Lexer::next() {
  return in_action_ ? next_in_action() : next_in_text();
}

// The text from start_ to position_ becomes a token.
Token Lexer::token(TokenKind kind) {
  const std::string_view text = text_.substr(start_, position_ - start_);
  Token token{kind, start_, std::string(text), line_};
  skip_to(position_);
  return token;
}

void Lexer::skip_to(size_t position) {
  const auto* begin = text_.data() + start_;
  line_ += static_cast<size_t>(std::count(begin, text_.data() + position, '\n'));
  start_ = position_ = position;
}

Token Lexer::error(std::string message) {
  Token token{TokenKind::kError, start_, std::move(message), line_};
  text_ = {};
  position_ = start_ = 0;
  return token;
}

Token Lexer::next_in_text() {
  for (;;) {
    const size_t left = text_.find(kLeft, position_);
    if (left == std::string_view::npos) {
      position_ = text_.size();
      return position_ > start_ ? token(TokenKind::kText)
                                : Token{TokenKind::kEnd, position_, "EOF", line_};
    }
    const bool trims = has_left_trim(text_.substr(left + kLeft.size()));
    const std::string_view before = text_.substr(start_, left - start_);
    position_ = start_ + (trims ? length_without_trailing_space(before) : before.size());
    if (position_ > start_) {
      Token text = token(TokenKind::kText);
      skip_to(left);
      return text;
    }
    skip_to(left);
    const size_t inside = left + kLeft.size() + (trims ? kTrimMarker : 0);
    if (!text_.substr(inside).starts_with("/*")) {
      position_ = left + kLeft.size();
      Token delimiter = token(TokenKind::kLeftDelimiter);
      skip_to(inside);
      in_action_ = true;
      parens_ = 0;
      return delimiter;
    }
    skip_to(inside);
    if (Token problem; !skip_comment(problem)) return problem;
  }
}

bool Lexer::skip_comment(Token& problem) {
  const size_t end = text_.find("*/", start_ + 2);
  if (end == std::string_view::npos) {
    problem = error("unclosed comment");
    return false;
  }
  position_ = end + 2;
  bool trims = false;
  if (!at_right_delimiter(trims)) {
    problem = error("comment ends before closing delimiter");
    return false;
  }
  size_t after = position_ + (trims ? kTrimMarker : 0) + kRight.size();
  if (trims) after += leading_space(text_.substr(after));
  skip_to(after);
  return true;
}

bool Lexer::at_right_delimiter(bool& trims) const {
  trims = has_right_trim(rest()) && rest().substr(kTrimMarker).starts_with(kRight);
  return trims || rest().starts_with(kRight);
}

Token Lexer::right_delimiter() {
  bool trims = false;
  at_right_delimiter(trims);
  if (trims) skip_to(position_ + kTrimMarker);
  position_ += kRight.size();
  Token delimiter = token(TokenKind::kRightDelimiter);
  if (trims) skip_to(position_ + leading_space(rest()));
  in_action_ = false;
  return delimiter;
}

Token Lexer::next_in_action() {
  bool trims = false;
  if (at_right_delimiter(trims)) {
    return parens_ == 0 ? right_delimiter() : error("unclosed left paren");
  }
  const Rune rune = first_rune(rest());
  if (rune.size == 0) return error("unclosed action");
  const char c = rune.code < 0x80 ? static_cast<char>(rune.code) : '\0';
  if (is_space(c)) return space();
  if (rune.valid && (c == '+' || c == '-' || is_digit(rune.code))) return number();
  if (begins_with_word(rest())) return word();
  position_ += rune.size;
  switch (c) {
    case '=':
      return token(TokenKind::kAssign);
    case ':':
      if (!rest().starts_with('=')) return error("expected :=");
      ++position_;
      return token(TokenKind::kDeclare);
    case '|':
      return token(TokenKind::kPipe);
    case '"':
      return quoted('"', TokenKind::kString, "unterminated quoted string");
    case '\'':
      return quoted('\'', TokenKind::kCharacter, "unterminated character constant");
    case '`':
      return raw_string();
    case '$':
      return field_or_variable(TokenKind::kVariable);
    case '.':
      // A point at the very end counts as a number, which then is none.
      if (rest().empty() || is_digit(static_cast<unsigned char>(rest().front()))) {
        --position_;
        return number();
      }
      return field_or_variable(TokenKind::kField);
    case '(':
      ++parens_;
      return token(TokenKind::kLeftParen);
    case ')':
      if (--parens_ < 0) return error("unexpected right paren");
      return token(TokenKind::kRightParen);
    default:
      break;
  }
  if (c != '\0' && is_printable(rune.code)) return token(TokenKind::kOther);
  return error("unrecognized character in action: " + code_point(rune));
}

Token Lexer::space() {
  position_ += leading_space(rest());
  // The last space may be the one before the minus of " -}}".
  const std::string_view end = text_.substr(position_ - 1);
  if (has_right_trim(end) && end.substr(kTrimMarker).starts_with(kRight)) {
    --position_;
    if (position_ == start_) return right_delimiter();
  }
  return token(TokenKind::kSpace);
}

// Whether a name may end here. Keeps "$x+2" out, should there ever be arithmetic.
bool Lexer::at_terminator() const {
  if (rest().empty() || is_space(rest().front())) return true;
  return std::string_view(".,|:)(").find(rest().front()) != std::string_view::npos ||
         rest().starts_with(kRight);
}

Token Lexer::word() {
  while (begins_with_word(rest())) position_ += first_rune(rest()).size;
  if (!at_terminator()) return error("bad character " + code_point(first_rune(rest())));
  const std::string_view text = text_.substr(start_, position_ - start_);
  const auto name = [](const auto& row) { return std::string_view(row.first); };
  const auto* keyword = std::ranges::find(kKeywords, text, name);
  return token(keyword == kKeywords.end() ? TokenKind::kIdentifier : keyword->second);
}

Token Lexer::field_or_variable(TokenKind kind) {
  if (at_terminator()) return token(kind == TokenKind::kField ? TokenKind::kDot : kind);
  while (begins_with_word(rest())) position_ += first_rune(rest()).size;
  if (!at_terminator()) return error("bad character " + code_point(first_rune(rest())));
  return token(kind);
}

}  // namespace axllama::go_template
