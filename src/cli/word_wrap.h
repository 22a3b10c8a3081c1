// Streamed text with line breaks between words.
#pragma once

#include <string>
#include <string_view>

namespace axllama::cli {

// Prints every piece at once and, when a word turns out not to fit, takes it back from the end of
// the line and starts the next line with it. For terminals only: it emits escape sequences.
class WordWrap {
 public:
  // `width`: columns of a line; 0 leaves the text as it is.
  explicit WordWrap(int width) : width_(width) {}
  // What to write to the terminal for the next piece of text: whole UTF-8 characters.
  std::string feed(std::string_view piece);

 private:
  void place(std::string_view letter, int columns);
  void place_space(std::string_view letter);
  void next_line();

  int width_;
  int column_ = 0;    // where the cursor is
  std::string word_;  // what of the present word is on the line
  int word_columns_ = 0;
  std::string out_;
};

}  // namespace axllama::cli
