// What the terminal is, and how wide text is on it.
#pragma once

#include <cstddef>
#include <string_view>

namespace axllama::cli {

// Makes the C library read and measure text as UTF-8, whatever the login set. Call once, at start.
void use_utf8();

bool is_terminal(int fd);
// Columns of the terminal behind `fd`; 0 when it is none or doesn't say.
int terminal_columns(int fd);

// The first character of `text`: how many bytes it has and how many columns it takes. A byte that
// is no UTF-8 counts as one character of one column.
struct Character {
  size_t bytes = 0;
  int columns = 0;
};
Character first_character(std::string_view text);
// Columns of a whole text without control characters.
int text_columns(std::string_view text);

}  // namespace axllama::cli
