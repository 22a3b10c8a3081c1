// Cuts a template into tokens: text, and what stands between "{{" and "}}".
#pragma once

#include <string>
#include <string_view>

#include "go_template/token.h"

namespace axllama::go_template {

// Borrows the text. After an error come only errors and the end.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  Token next();

 private:
  Token next_in_text();
  Token next_in_action();
  bool skip_comment(Token& problem);
  Token space();
  Token right_delimiter();
  Token word();
  Token field_or_variable(TokenKind kind);
  Token number();
  Token quoted(char mark, TokenKind kind, const char* unterminated);
  Token raw_string();

  bool scan_number();
  bool accept(std::string_view any);
  void accept_run(std::string_view any);
  bool at_terminator() const;
  bool at_right_delimiter(bool& trims) const;
  std::string_view rest() const { return text_.substr(position_); }
  Token token(TokenKind kind);
  Token error(std::string message);
  void skip_to(size_t position);

  std::string_view text_;
  size_t position_ = 0;
  size_t start_ = 0;  // of the token being read
  size_t line_ = 1;   // of start_
  int parens_ = 0;
  bool in_action_ = false;
};

}  // namespace axllama::go_template
