// Asks the model and shows the answer while it comes.
#pragma once

#include <string>

#include "cli/answer_text.h"
#include "cli/api.h"

namespace axllama::cli {

struct Answer {
  std::string content, thinking;
  Metrics metrics;
  bool stopped = false;  // by Ctrl-C; content and thinking are what came before
};

// Sends `body` to `target` (/api/generate or /api/chat) and prints the answer on standard output,
// without a newline at its end. A spinner turns on standard error until it begins.
Result<Answer> print_answer(const Api& api, std::string_view target, std::string body,
                            AnswerStyle style);

// How answers look on this standard output.
AnswerStyle answer_style(bool word_wrap, bool hide_thinking);

}  // namespace axllama::cli
