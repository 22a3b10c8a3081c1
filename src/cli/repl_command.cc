#include "cli/repl_command.h"

#include <algorithm>
#include <array>

#include "cli/repl_help.h"

namespace axllama::cli {
namespace {

constexpr const char* kBlanks = " \t\r\n";

Action show(std::string_view rest) {
  struct Part {
    std::string_view name;
    ShowPart part;
  };
  constexpr std::array kParts = {
      Part{"info", ShowPart::kInfo},           Part{"license", ShowPart::kLicense},
      Part{"modelfile", ShowPart::kModelfile}, Part{"parameters", ShowPart::kParameters},
      Part{"system", ShowPart::kSystem},       Part{"template", ShowPart::kTemplate},
  };
  const std::string_view word = split_word(rest).first;
  if (word.empty()) return Say{kShowHelp};
  const auto part = std::ranges::find(kParts, word, &Part::name);
  if (part == kParts.end()) return unknown_input("/show " + std::string(word));
  return ShowModel{part->part};
}

Action help(std::string_view rest) {
  const std::string_view topic = split_word(rest).first;
  if (topic == "set" || topic == "/set") return Say{kSetHelp};
  if (topic == "show" || topic == "/show") return Say{kShowHelp};
  if (topic == "shortcuts") return Say{kShortcutsHelp};
  return Say{kReplHelp};
}

Action load(std::string_view rest) {
  const auto [name, more] = split_word(rest);
  if (name.empty() || !more.empty()) return Say{"Usage: /load MODEL"};
  return LoadModel{std::string(name)};
}

Action save(std::string_view rest) {
  const auto [name, more] = split_word(rest);
  if (name.empty() || !more.empty()) return Say{"Usage: /save MODEL"};
  return SaveModel{std::string(name)};
}

Action clear(Session& session) {
  session.messages.clear();
  return Say{"The conversation is forgotten."};
}

}  // namespace

std::pair<std::string_view, std::string_view> split_word(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const size_t end = std::min(text.find_first_of(kBlanks), text.size());
  std::string_view rest = text.substr(end);
  rest.remove_prefix(std::min(rest.find_first_not_of(kBlanks), rest.size()));
  return {text.substr(0, end), rest};
}

Say unknown_input(std::string_view line) {
  return Say{"Unknown command '" + std::string(line) + "'. Type /? for help"};
}

Action run_repl_command(Session& session, std::string_view line) {
  const auto [word, rest] = split_word(line);
  if (word.starts_with("/set")) return run_set_command(session, rest);
  if (word.starts_with("/show")) return show(rest);
  if (word.starts_with("/load")) return load(rest);
  if (word.starts_with("/save")) return save(rest);
  if (word.starts_with("/clear")) return clear(session);
  if (word.starts_with("/list")) return ListModels{};
  if (word.starts_with("/bye") || word.starts_with("/exit")) return Quit{};
  if (word.starts_with("/help") || word.starts_with("/?")) return help(rest);
  return unknown_input(word);
}

}  // namespace axllama::cli
