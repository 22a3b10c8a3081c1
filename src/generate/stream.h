// From token bytes to text that may be sent: whole UTF-8 characters only, stop strings cut out, and
// nothing sent that could still turn out to be the beginning of a stop string.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace axllama {

class TextStream {
 public:
  // Empty stop strings are ignored.
  explicit TextStream(std::vector<std::string> stops);

  // Takes the bytes of the next token and returns the text that is now certain. The stop string
  // that is whole first cuts the text, of two that end together the longer one. Bytes that can
  // never become UTF-8 come out as U+FFFD, one for each run that a character could have begun with.
  std::string push(std::string_view bytes);
  // What was held back, at the end of the generation; nothing after a stop string.
  std::string finish();
  // A stop string was met: what follows it is dropped.
  bool stopped() const { return stopped_; }
  // Which one; empty when none was.
  const std::string& stop() const { return stop_; }

 private:
  std::string take(size_t certain, bool last);
  std::vector<std::string> stops_;
  std::string pending_;
  bool stopped_ = false;
  std::string stop_;
};

}  // namespace axllama
