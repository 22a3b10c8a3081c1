// What the lexer gives the parser.
#pragma once

#include <cstddef>
#include <string>

namespace axllama::go_template {

enum class TokenKind {
  kError,  // text: what is wrong
  kEnd,    // of the template
  kText,
  kLeftDelimiter,
  kRightDelimiter,
  kSpace,
  kAssign,   // =
  kDeclare,  // :=
  kPipe,
  kLeftParen,
  kRightParen,
  kOther,  // another printable ASCII character, such as a comma
  kIdentifier,
  kField,     // .Name
  kVariable,  // $ or $name
  kBool,
  kNumber,
  kComplex,
  kCharacter,
  kString,
  kRawString,
  // Keywords.
  kBlock,
  kBreak,
  kContinue,
  kDefine,
  kDot,
  kElse,
  kEndKeyword,
  kIf,
  kNil,
  kRange,
  kTemplate,
  kWith,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  size_t position = 0;  // byte in the template
  std::string text = {};
  size_t line = 1;
  // As parse errors show it.
  std::string shown() const;
};

}  // namespace axllama::go_template
