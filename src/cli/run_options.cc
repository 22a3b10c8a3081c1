#include "cli/run_options.h"

#include "base/duration.h"
#include "base/env.h"
#include "core/device.h"

namespace axllama::cli {
namespace {

// What the flags of `run` say, as text.
struct Typed {
  std::vector<std::string> prompt;
  std::string keep_alive, format, think, device = env_get("AXLLAMA_DEVICE");
  bool no_word_wrap = false, insecure = false;
};

Result<bool> read_words(Args args, Typed& typed, RunOptions& options) {
  Arguments arguments("run", "Talk to a model, or ask it one thing.");
  arguments.word("MODEL", options.ask.model, "the model (default: sprout)", false);
  arguments.words("PROMPT", typed.prompt, "what to ask; without it, talk", false);
  arguments.option("--keepalive", typed.keep_alive, "how long the model stays loaded, e.g. 5m");
  arguments.option("--device", typed.device, "where it runs: cpu, npu, npu:1 (default: what fits)");
  arguments.flag("--verbose", options.verbose, "show times and counts after the answer");
  arguments.flag("--nowordwrap", typed.no_word_wrap, "don't break lines between words");
  arguments.option("--format", typed.format, "json or a JSON schema: the form of the answer");
  arguments.flag_or_word("--think", "true", typed.think,
                         "let the model think: true, false, high, medium, low or max");
  arguments.flag("--hidethinking", options.hide_thinking, "don't show what it thinks");
  arguments.flag("--truncate", options.truncate,
                 "embedding models: cut what is too long (--truncate=false: an error)");
  arguments.option("--dimensions", options.dimensions, "embedding models: numbers to keep");
  arguments.flag("--insecure", typed.insecure, "accepted for Ollama's sake; does nothing");
  return arguments.parse(args);
}

}  // namespace

Result<std::optional<RunOptions>> parse_run(Args args) {
  Typed typed;
  RunOptions options{.ask = {.model = kDefaultModel}};
  AX_TRY(const bool go, read_words(args, typed, options));
  if (!go) return std::nullopt;
  for (const std::string& word : typed.prompt) {
    options.prompt += (options.prompt.empty() ? "" : " ") + word;
  }
  options.word_wrap = !typed.no_word_wrap;
  if (!typed.keep_alive.empty()) AX_CHECK(parse_duration(typed.keep_alive));
  options.ask.keep_alive = typed.keep_alive;
  AX_TRY(const DeviceWish device, parse_device(typed.device));
  options.ask.device = device_text(device);
  AX_TRY(options.ask.format, parse_format(typed.format));
  if (!typed.think.empty()) {
    AX_TRY(options.ask.think, parse_think(typed.think));
  }
  return options;
}

std::string prompt_with_input(const std::string& input, const std::string& prompt) {
  if (input.empty()) return prompt;
  return prompt.empty() ? input : input + " " + prompt;
}

}  // namespace axllama::cli
