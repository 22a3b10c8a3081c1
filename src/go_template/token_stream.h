// Tokens with look-ahead, as the grammar needs it: spaces mean something, and sometimes don't.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "go_template/lexer.h"

namespace axllama::go_template {

class TokenStream {
 public:
  explicit TokenStream(std::string_view text) : lexer_(text) {}

  Token next() {
    if (waiting_ > 0) {
      --waiting_;
    } else {
      tokens_[0] = lexer_.next();
    }
    return tokens_[waiting_];
  }
  Token peek() {
    if (waiting_ == 0) {
      tokens_[0] = lexer_.next();
      waiting_ = 1;
    }
    return tokens_[waiting_ - 1];
  }
  Token next_word() {  // no space
    for (;;) {
      Token token = next();
      if (token.kind != TokenKind::kSpace) return token;
    }
  }
  Token peek_word() {
    Token token = next_word();
    back();
    return token;
  }
  // The last token comes again.
  void back() { ++waiting_; }
  // `before` comes again, then the last token.
  void back(Token before) {
    tokens_[1] = std::move(before);
    waiting_ = 2;
  }
  void back(Token first, Token second) {
    tokens_[1] = std::move(second);
    tokens_[2] = std::move(first);
    waiting_ = 3;
  }
  // Where errors are: the line of the last token that was read.
  size_t line() const { return tokens_[0].line; }

 private:
  Lexer lexer_;
  std::array<Token, 3> tokens_;
  size_t waiting_ = 0;
};

}  // namespace axllama::go_template
