// The lexer's numbers and strings.
#include <algorithm>

#include "go_template/lexer.h"
#include "go_template/quote.h"
#include "go_template/runes.h"

namespace axllama::go_template {

bool Lexer::accept(std::string_view any) {
  if (rest().empty() || any.find(rest().front()) == std::string_view::npos) return false;
  ++position_;
  return true;
}

void Lexer::accept_run(std::string_view any) {
  position_ = std::min(text_.find_first_not_of(any, position_), text_.size());
}

// Not a perfect scanner: what it lets through wrongly, the parser refuses.
bool Lexer::scan_number() {
  std::string_view digits = "0123456789_";
  bool hexadecimal = false, decimal = true;
  accept("+-");
  if (accept("0")) {
    if (accept("xX")) {
      digits = "0123456789abcdefABCDEF_";
      hexadecimal = true;
    } else if (accept("oO")) {
      digits = "01234567_";
    } else if (accept("bB")) {
      digits = "01_";
    }
    decimal = digits.size() == 11;
  }
  accept_run(digits);
  if (accept(".")) accept_run(digits);
  if ((decimal && accept("eE")) || (hexadecimal && accept("pP"))) {
    accept("+-");
    accept_run("0123456789_");
  }
  accept("i");
  if (!begins_with_word(rest())) return true;
  position_ += first_rune(rest()).size;
  return false;
}

Token Lexer::number() {
  const auto bad = [&] {
    return error("bad number syntax: " + quote(text_.substr(start_, position_ - start_)));
  };
  if (!scan_number()) return bad();
  if (rest().starts_with('+') || rest().starts_with('-')) {
    if (!scan_number() || text_[position_ - 1] != 'i') return bad();
    return token(TokenKind::kComplex);
  }
  return token(TokenKind::kNumber);
}

Token Lexer::quoted(char mark, TokenKind kind, const char* unterminated) {
  for (;;) {
    if (rest().empty() || rest().front() == '\n') return error(unterminated);
    const char c = rest().front();
    ++position_;
    if (c == mark) return token(kind);
    if (c != '\\') continue;
    if (rest().empty() || rest().front() == '\n') return error(unterminated);
    ++position_;
  }
}

Token Lexer::raw_string() {
  const size_t end = text_.find('`', position_);
  if (end == std::string_view::npos) return error("unterminated raw quoted string");
  position_ = end + 1;
  return token(TokenKind::kRawString);
}

}  // namespace axllama::go_template
