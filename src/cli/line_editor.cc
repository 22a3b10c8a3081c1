#include "cli/line_editor.h"

#include <histedit.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <utility>

#include "cli/external_editor.h"
#include "cli/history_file.h"

namespace axllama::cli {

struct LineEditor::State {
  explicit State(std::filesystem::path path) : file(std::move(path)) {}

  HistoryFile file;
  std::unique_ptr<EditLine, decltype(&el_end)> editor{nullptr, el_end};
  std::unique_ptr<History, decltype(&history_end)> history{nullptr, history_end};
  const char* prompt = "";
  bool interrupted = false;
};

namespace {

template <class State>
State& state_of(EditLine* editor) {
  void* data = nullptr;
  el_get(editor, EL_CLIENTDATA, &data);
  return *static_cast<State*>(data);
}

std::string typed_text(EditLine* editor) {
  const LineInfo* line = el_line(editor);
  return {line->buffer, line->lastchar};
}

void replace_text(EditLine* editor, const std::string& text) {
  const LineInfo* line = el_line(editor);
  el_cursor(editor, static_cast<int>(line->lastchar - line->cursor));
  el_deletestr(editor, static_cast<int>(line->lastchar - line->buffer));
  el_insertstr(editor, text.c_str());
}

unsigned char insert_newline(EditLine* editor, int) {
  return el_insertstr(editor, "\n") == 0 ? CC_REFRESH : CC_ERROR;
}

// For the whole foreground job, as the terminal would do it; the library's own handler puts the
// terminal's mode back before and sets it again after.
unsigned char suspend(EditLine*, int) {
  kill(0, SIGTSTP);
  return CC_REDISPLAY;
}

unsigned char edit_elsewhere(EditLine* editor, int) {
  el_set(editor, EL_PREP_TERM, 0);
  const Result<std::string> text = edit_in_editor(typed_text(editor));
  el_set(editor, EL_PREP_TERM, 1);
  if (!text) return CC_ERROR;
  replace_text(editor, *text);
  return CC_REDISPLAY;
}

// Text between the marks of a bracketed paste goes in as it is: its newlines don't end the line.
unsigned char paste(EditLine* editor, int) {
  constexpr std::wstring_view kEndMark = L"\x1b[201~";
  std::wstring text;
  wchar_t letter = 0;
  while (!text.ends_with(kEndMark)) {
    if (el_wgetc(editor, &letter) != 1) return CC_EOF;
    if (letter == L'\r') letter = L'\n';
    text += letter;
  }
  text.resize(text.size() - kEndMark.size());
  return el_winsertstr(editor, text.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
}

void bind_key(EditLine* editor, const char* key, const char* name) {
  el_set(editor, EL_BIND, key, name, nullptr);
}

}  // namespace

LineEditor::LineEditor(std::filesystem::path history_file)
    : state_(std::make_unique<State>(std::move(history_file))) {
  state_->history.reset(history_init());
  HistEvent event{};
  history(state_->history.get(), &event, H_SETSIZE, static_cast<int>(kHistoryLines));
  history(state_->history.get(), &event, H_SETUNIQUE, 1);
  for (const std::string& line : state_->file.lines()) {
    history(state_->history.get(), &event, H_ENTER, line.c_str());
  }
  state_->editor.reset(el_init("axllama", stdin, stdout, stderr));
  EditLine* editor = state_->editor.get();
  el_set(editor, EL_CLIENTDATA, state_.get());
  el_set(
      editor, EL_PROMPT,
      +[](EditLine* of) { return const_cast<char*>(state_of<State>(of).prompt); });
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_SIGNAL, 1);
  el_set(editor, EL_HIST, history, state_->history.get());
  el_set(editor, EL_ADDFN, "ax-newline", "insert a newline", insert_newline);
  el_set(editor, EL_ADDFN, "ax-paste", "insert a paste", paste);
  el_set(editor, EL_ADDFN, "ax-editor", "write in an editor", edit_elsewhere);
  el_set(editor, EL_ADDFN, "ax-suspend", "stop until the shell says fg", suspend);
  el_set(
      editor, EL_ADDFN, "ax-interrupt", "drop the text", +[](EditLine* of, int) {
        state_of<State>(of).interrupted = true;
        el_push(of, "\n");
        return static_cast<unsigned char>(CC_NORM);
      });
  // The library swaps carriage return and newline while it reads: Enter comes as ^J, Ctrl-J as ^M.
  bind_key(editor, "^M", "ax-newline");
  bind_key(editor, "^G", "ax-editor");
  bind_key(editor, "^C", "ax-interrupt");
  bind_key(editor, "^Z", "ax-suspend");
  bind_key(editor, "^W", "ed-delete-prev-word");
  bind_key(editor, "^R", "em-inc-search-prev");
  bind_key(editor, "\\e[200~", "ax-paste");
  bind_key(editor, "\\e[3~", "ed-delete-next-char");
  // Ctrl-C and Ctrl-Z arrive as keys, not as signals.
  el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
}

LineEditor::~LineEditor() = default;

TypedLine LineEditor::read(const char* prompt) {
  state_->prompt = prompt;
  state_->interrupted = false;
  std::fputs("\x1b[?2004h", stdout);
  int count = 0;
  const char* line = el_gets(state_->editor.get(), &count);
  std::fputs("\x1b[?2004l", stdout);
  std::fflush(stdout);
  if (line == nullptr || count <= 0) return {TypedLine::Kind::kEnd, {}};
  std::string text(line, static_cast<size_t>(count));
  if (text.ends_with('\n')) text.pop_back();
  return {state_->interrupted ? TypedLine::Kind::kInterrupt : TypedLine::Kind::kText,
          std::move(text)};
}

Result<void> LineEditor::remember(const std::string& line) {
  HistEvent event{};
  history(state_->history.get(), &event, H_ENTER, line.c_str());
  return state_->file.add(line);
}

}  // namespace axllama::cli
