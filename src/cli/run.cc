#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/answer.h"
#include "cli/autostart.h"
#include "cli/commands.h"
#include "cli/models.h"
#include "cli/repl.h"
#include "cli/run_options.h"
#include "cli/terminal.h"
#include "core/model.h"

namespace axllama::cli {
namespace {

Result<std::string> read_standard_input() {
  std::string text;
  char piece[65536];
  for (size_t got = 0; (got = std::fread(piece, 1, sizeof piece, stdin)) > 0;) {
    text.append(piece, got);
  }
  if (std::ferror(stdin) != 0) return fail(ErrorCode::kIo, "could not read standard input");
  return text;
}

Result<int> run_embedding(const Api& api, const RunOptions& options) {
  if (options.prompt.empty()) {
    return fail(ErrorCode::kInvalidArgument, "an embedding model needs a text",
                "axllama run " + options.ask.model + " \"some text\"");
  }
  const EmbedAsk ask{options.ask.model,  options.prompt,         options.truncate,
                     options.dimensions, options.ask.keep_alive, options.ask.device};
  AX_TRY(const std::string body, api.post("/api/embed", embed_body(ask)));
  AX_TRY(const std::string embedding, read_embedding(body));
  std::printf("%s\n", embedding.c_str());
  return 0;
}

Result<int> run_once(const Api& api, const RunOptions& options, bool sees) {
  TextWithImages prompt{.text = options.prompt};
  if (sees) {
    AX_TRY(prompt, attach_images(options.prompt));
  }
  const AnswerStyle style = answer_style(options.word_wrap, options.hide_thinking);
  AX_TRY(const Answer answer,
         print_answer(api, "/api/generate", generate_body(options.ask, prompt.text, prompt.images),
                      style));
  if (!options.prompt.empty()) std::fputs("\n\n", stdout);
  if (options.verbose) std::fputs(metrics_text(answer.metrics).c_str(), stderr);
  return 0;
}

}  // namespace

Result<int> run_command(Args args) {
  AX_TRY(std::optional<RunOptions> options, parse_run(args));
  if (!options) return 0;
  bool talk = options->prompt.empty() && is_terminal(STDOUT_FILENO);
  if (!is_terminal(STDIN_FILENO)) {
    AX_TRY(const std::string input, read_standard_input());
    options->prompt = prompt_with_input(input, options->prompt);
    talk = false;
  }
  const Api api = Api::from_env();
  AX_CHECK(ensure_server(api));
  AX_TRY(const ShownModel model, ensure_model(api, options->ask.model, options->ask.device));
  if (model.can(capability::kEmbedding) && !model.can(capability::kCompletion)) {
    return run_embedding(api, *options);
  }
  if (!talk) return run_once(api, *options, model.can(capability::kVision));
  Session session{.ask = options->ask, .capabilities = model.capabilities};
  session.verbose = options->verbose;
  session.word_wrap = options->word_wrap;
  session.hide_thinking = options->hide_thinking;
  return talk_to_model(api, std::move(session));
}

}  // namespace axllama::cli
