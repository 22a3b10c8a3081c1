#include "cli/word_wrap.h"

#include <utility>

#include "cli/terminal.h"

namespace axllama::cli {

void WordWrap::next_line() {
  out_ += '\n';
  column_ = 0;
  word_.clear();
  word_columns_ = 0;
}

void WordWrap::place_space(std::string_view letter) {
  if (column_ >= width_) return next_line();
  out_ += letter;
  column_ = letter == "\t" ? (column_ / 8 + 1) * 8 : column_ + 1;
  word_.clear();
  word_columns_ = 0;
}

void WordWrap::place(std::string_view letter, int columns) {
  const bool ideograph = columns == 2;  // a line may break before and after each of these
  if (column_ + columns > width_) {
    const std::string moved = ideograph || word_columns_ == column_ ? "" : std::exchange(word_, {});
    const int moved_columns = moved.empty() ? 0 : word_columns_;
    if (!moved.empty()) out_ += "\x1b[" + std::to_string(moved_columns) + "D\x1b[K";
    next_line();
    out_ += moved;
    word_ = moved;
    column_ = word_columns_ = moved_columns;
  }
  out_ += letter;
  column_ += columns;
  word_ += letter;
  word_columns_ += columns;
  if (ideograph) {
    word_.clear();
    word_columns_ = 0;
  }
}

std::string WordWrap::feed(std::string_view piece) {
  if (width_ == 0) return std::string(piece);
  while (!piece.empty()) {
    const Character next = first_character(piece);
    const std::string_view letter = piece.substr(0, next.bytes);
    piece.remove_prefix(next.bytes);
    if (letter == "\n") {
      next_line();
    } else if (letter == " " || letter == "\t") {
      place_space(letter);
    } else {
      place(letter, next.columns);
    }
  }
  return std::exchange(out_, {});
}

}  // namespace axllama::cli
