// Asks the model and shows the answer while it comes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "cli/answer_text.h"
#include "cli/api.h"
#include "cli/image_paths.h"
#include "cli/progress.h"

namespace axllama::cli {

struct Answer {
  std::string content, thinking;
  Metrics metrics;
  bool stopped = false;  // by Ctrl-C; content and thinking are what came before
};

// Prints what the server has to say beside an answer on standard error, once for each text. For
// Api::Watch; the spinner goes away first.
std::function<void(std::string_view)> notice_printer(Spinner& spinner);

// For a request that may have to load its model: a spinner until the answer begins, or how far the
// load is; `on_line` as Api::Watch has it.
Api::Watch watch_load(Spinner& spinner, std::function<Result<void>(std::string_view)> on_line);

// Sends `body` to `target` (/api/generate or /api/chat) and prints the answer on standard output,
// without a newline at its end. A spinner turns on standard error until it begins.
Result<Answer> print_answer(const Api& api, std::string_view target, std::string body,
                            AnswerStyle style);

// How answers look on this standard output.
AnswerStyle answer_style(bool word_wrap, bool hide_thinking);

// Takes the images out of what was typed (cli/image_paths.h) and names them on standard error.
Result<TextWithImages> attach_images(std::string_view text);

}  // namespace axllama::cli
