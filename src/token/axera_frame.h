// The frame of AXERA's tokenizer text file: its head, and its lines one by one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama {

enum class AxeraKind { kSentencePiece = 0, kTiktoken = 1, kBert = 2, kHuggingFace = 3 };

// Lines of a text, counted from 1 for messages. Views the text, which must outlive it.
class TextLines {
 public:
  explicit TextLines(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  int number() const { return number_; }  // of the line that next() gave last
  // Without its line end; empty at the end of the text.
  std::string_view next();
  // kCorrupt: "line 17: <what>".
  std::unexpected<Error> wrong(std::string_view what) const;

 private:
  std::string_view rest_;
  int number_ = 0;
};

struct AxeraHead {
  AxeraKind kind = AxeraKind::kTiktoken;
  std::vector<int> special;  // ids of all added tokens, control or not
  std::vector<int> stops;
  std::vector<int> prefix;
  size_t tokens = 0;
  size_t merges = 0;  // kHuggingFace only, as is the next
  int family = 0;     // pre-tokenizer family, 0: not said
};

// Reads the four lines of the head. kCorrupt with the line's number; ids are checked against the
// number of tokens.
Result<AxeraHead> read_axera_head(TextLines& lines);

}  // namespace axllama
