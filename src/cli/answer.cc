#include "cli/answer.h"

#include <unistd.h>

#include <cstdio>

#include "cli/terminal.h"

namespace axllama::cli {
namespace {

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

AnswerStyle answer_style(bool word_wrap, bool hide_thinking) {
  constexpr int kMargin = 5, kLeastWidth = 20;
  AnswerStyle style{.hide_thinking = hide_thinking};
  if (!is_terminal(STDOUT_FILENO)) return style;
  style.grey_thinking = true;
  const int width = terminal_columns(STDOUT_FILENO) - kMargin;
  if (word_wrap && width >= kLeastWidth) style.width = width;
  return style;
}

std::function<void(std::string_view)> notice_printer(Spinner& spinner) {
  return [&spinner](std::string_view notice) {
    static std::string last;
    if (notice == last) return;
    last = notice;
    spinner.clear();
    std::fprintf(stderr, "Note: %s\n", last.c_str());
  };
}

Api::Watch watch_load(Spinner& spinner, std::function<Result<void>(std::string_view)> on_line) {
  Api::Watch watch{std::move(on_line), [&spinner] { spinner.turn(); }, notice_printer(spinner)};
  if (!is_terminal(STDERR_FILENO)) return watch;  // nobody sees it
  watch.poll = "/api/ps";
  watch.on_poll = [&spinner](std::string_view ps) {
    const std::optional<LoadingModel> loading = read_loading(ps);
    if (loading) spinner.set_load(loading->name, loading->share);
    if (!loading) spinner.end_load();
  };
  return watch;
}

Result<Answer> print_answer(const Api& api, std::string_view target, std::string body,
                            AnswerStyle style) {
  AnswerText text(style);
  Answer answer;
  bool done = false;
  Spinner spinner;
  const auto on_line = [&](std::string_view line) -> Result<void> {
    AX_TRY(const Chunk chunk, read_chunk(line));
    const std::string out = text.feed(chunk);
    if (!out.empty()) {
      spinner.clear();
      print(out);
    }
    if (chunk.done) {
      done = true;
      answer.metrics = chunk.metrics;
    }
    return {};
  };
  const Result<void> sent = api.stream(target, std::move(body), watch_load(spinner, on_line));
  spinner.clear();
  print(text.finish());
  answer.stopped = !sent && sent.error().code == ErrorCode::kCanceled;
  if (!sent && !answer.stopped) return std::unexpected(sent.error());
  if (!done && !answer.stopped) {
    return fail(ErrorCode::kUnavailable, "the answer broke off before its end",
                "the server's log says why");
  }
  answer.content = text.content();
  answer.thinking = text.thinking();
  return answer;
}

Result<TextWithImages> attach_images(std::string_view text) {
  AX_TRY(TextWithImages taken, take_images(text));
  for (const std::string& path : taken.paths) {
    std::fprintf(stderr, "Added image '%s'\n", path.c_str());
  }
  return taken;
}

}  // namespace axllama::cli
