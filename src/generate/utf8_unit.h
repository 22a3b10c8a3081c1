// UTF-8, one character at a time, on bytes that may break off or be none.
#pragma once

#include <cstddef>
#include <string_view>

namespace axllama {

struct Utf8Unit {
  enum Kind {
    kCharacter,   // a whole character
    kUnfinished,  // the text ends within what can become a character
    kInvalid,     // no character begins with these bytes, whatever follows
  };
  Kind kind;
  size_t length;  // bytes; of an invalid run, as many as a character could have begun with
};

// What `text`, which is not empty, begins with. Overlong forms, surrogates and what lies above
// U+10FFFF are no characters.
Utf8Unit utf8_unit(std::string_view text);

}  // namespace axllama
