#include "cli/repl.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/env.h"
#include "cli/answer.h"
#include "cli/command.h"
#include "cli/history_file.h"
#include "cli/line_editor.h"
#include "cli/listing.h"
#include "cli/models.h"
#include "cli/progress.h"
#include "core/model.h"
#include "store/name.h"

namespace axllama::cli {
namespace {

void print_error(const Error& error) {
  std::fputs(error_text(error).c_str(), stderr);
}

// Loads the session's model, so that the first answer doesn't wait for it.
Result<void> load(const Api& api, const Session& session) {
  Spinner spinner;
  const auto on_line = [](std::string_view line) -> Result<void> {
    AX_CHECK(read_chunk(line));
    return {};
  };
  return api.stream("/api/generate", load_body(session.ask), watch_load(spinner, on_line));
}

bool is_same_model(std::string_view one, std::string_view other) {
  const auto first = store::Name::parse(one), second = store::Name::parse(other);
  return first && second && *first == *second;
}

// Carries out what the session asks for; each error is for the user, and the session goes on.
class Actor {
 public:
  Actor(const Api& api, Session& session) : api_(api), session_(session) {}

  Result<void> operator()(const Say& say) {
    std::fputs(say.text.c_str(), stdout);
    if (!say.text.ends_with('\n')) std::fputc('\n', stdout);
    return {};
  }

  Result<void> operator()(const Send& send) {
    TextWithImages typed{.text = send.text};
    if (std::ranges::find(session_.capabilities, capability::kVision) !=
        session_.capabilities.end()) {
      AX_TRY(typed, attach_images(send.text));
    }
    session_.messages.push_back(
        {.role = "user", .content = typed.text, .images = std::move(typed.images)});
    Result<Answer> answer =
        print_answer(api_, "/api/chat", chat_body(session_.ask, messages_to_send(session_)),
                     answer_style(session_.word_wrap, session_.hide_thinking));
    if (!answer || (answer->stopped && answer->content.empty())) session_.messages.pop_back();
    if (!answer) return std::unexpected(answer.error());
    std::fputs("\n\n", stdout);
    if (!answer->content.empty()) {
      session_.messages.push_back(
          {.role = "assistant", .content = answer->content, .thinking = answer->thinking});
    }
    if (session_.verbose) std::fputs(metrics_text(answer->metrics).c_str(), stderr);
    return {};
  }

  Result<void> operator()(const ShowModel& show) {
    AX_TRY(const ShownModel shown, show_model(api_, session_.ask.model));
    return (*this)(Say{part_text(show.part, shown, session_)});
  }

  Result<void> operator()(const ListModels&) {
    AX_TRY(const std::string body, api_.get("/api/tags"));
    AX_TRY(const auto models, read_list(body));
    return (*this)(Say{list_text(models, "", std::chrono::system_clock::now())});
  }

  Result<void> operator()(const LoadModel& wanted) {
    AX_TRY(const ShownModel shown, require_model(api_, wanted.name));
    Session next = session_;
    next.ask.model = wanted.name;
    next.capabilities = shown.capabilities;
    next.messages.clear();
    AX_CHECK(load(api_, next));
    session_ = std::move(next);
    return {};
  }

  Result<void> operator()(const SaveModel& save) {
    AX_TRY(const ShownModel shown, show_model(api_, session_.ask.model));
    const std::string body = create_body(model_to_save(session_, shown, save.name));
    AX_CHECK(api_.stream("/api/create", body, {[](std::string_view line) -> Result<void> {
                           AX_CHECK(read_progress(line));
                           return {};
                         }}));
    if (is_same_model(save.name, session_.ask.model)) {
      session_.messages.clear();  // now they are the model's, which stand before the session's
    }
    return (*this)(Say{"Saved as '" + save.name + "'."});
  }

  Result<void> operator()(const Quit&) { return {}; }

 private:
  const Api& api_;
  Session& session_;
};

// Writes the history where it may be written; a full disk must not end the conversation.
void remember(LineEditor& editor, const Session& session, const std::string& line) {
  if (!session.history || line.empty()) return;
  if (const auto written = editor.remember(line); !written) print_error(written.error());
}

}  // namespace

Result<int> talk_to_model(const Api& api, Session session) {
  session.history = !env_flag("OLLAMA_NOHISTORY");
  if (const auto loaded = load(api, session); !loaded) {
    if (loaded.error().code == ErrorCode::kCanceled) return 0;
    return std::unexpected(loaded.error());
  }
  LineEditor editor(session.history ? history_path() : std::filesystem::path());
  InputAssembler assembler;
  Actor actor(api, session);
  for (;;) {
    const TypedLine line = editor.read(assembler.prompt());
    if (line.kind == TypedLine::Kind::kEnd) {
      std::fputc('\n', stdout);
      return 0;
    }
    if (line.kind == TypedLine::Kind::kInterrupt) {
      if (line.text.empty()) std::fputs("\nUse Ctrl + d or /bye to exit.\n", stdout);
      assembler.reset();
      continue;
    }
    remember(editor, session, line.text);
    const std::optional<Input> input = assembler.feed(line.text);
    if (!input) continue;
    const Action action = act(session, *input);
    if (std::holds_alternative<Quit>(action)) return 0;
    const Result<void> done = std::visit(actor, action);
    if (!done && done.error().code != ErrorCode::kCanceled) print_error(done.error());
  }
}

}  // namespace axllama::cli
