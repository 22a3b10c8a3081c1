// How an answer looks: thinking marked off from content, and the numbers after it.
#pragma once

#include <string>

#include "cli/replies.h"
#include "cli/word_wrap.h"

namespace axllama::cli {

struct AnswerStyle {
  bool hide_thinking = false;
  bool grey_thinking = false;  // on a terminal
  int width = 0;               // columns to wrap at; 0: no wrapping
};

// Turns the chunks of one answer into what is printed.
class AnswerText {
 public:
  explicit AnswerText(AnswerStyle style) : style_(style), wrap_(style.width) {}
  std::string feed(const Chunk& chunk);
  // What leaves the terminal in order after the last chunk, also when the answer was cut short.
  std::string finish();
  // The answer so far, without thinking, as it goes into the conversation.
  const std::string& content() const { return content_; }
  const std::string& thinking() const { return thinking_; }

 private:
  std::string feed_thinking(const std::string& text);
  std::string close_thinking();

  AnswerStyle style_;
  WordWrap wrap_;
  bool thinking_open_ = false;
  std::string content_, thinking_;
};

// The lines of --verbose; a number that is 0 is left out.
std::string metrics_text(const Metrics& metrics);

}  // namespace axllama::cli
