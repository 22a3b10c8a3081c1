#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/repl_command.h"
#include "cli/repl_help.h"
#include "core/model.h"
#include "store/modelfile.h"

namespace axllama::cli {
namespace {

std::string value_text(const OptionValue& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) return fmt::format("{}", *integer);
  if (const auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  return fmt::format("\"{}\"", fmt::join(std::get<std::vector<std::string>>(value), "\", \""));
}

void put_option(OptionList& list, std::string_view name, OptionValue value) {
  const auto old = std::ranges::find(list, name, &OptionList::value_type::first);
  if (old != list.end()) {
    old->second = std::move(value);
  } else {
    list.emplace_back(std::string(name), std::move(value));
  }
}

std::string parameters_help() {
  std::string text = "Parameters (/set parameter NAME VALUE):\n";
  for (const OptionInfo& option : option_table()) {
    text += fmt::format("  {:<20}{}\n", option.name, option.help);
  }
  return text;
}

Action set_parameter(Session& session, std::string_view rest) {
  auto [name, more] = split_word(rest);
  if (more.empty()) return Say{parameters_help()};
  std::vector<std::string> values;
  const OptionInfo* option = find_option(name);
  while (!more.empty()) {
    const auto [word, next] = split_word(more);
    values.emplace_back(word);
    more = next;
  }
  if (option != nullptr && option->kind != OptionKind::kStrings && values.size() > 1) {
    return Say{fmt::format("Parameter '{}' takes one value.", name)};
  }
  const Result<OptionValue> value = store::parse_parameter(name, values);
  if (!value) return Say{"Couldn't set the parameter: " + value.error().message};
  put_option(session.ask.options, name, *value);
  return Say{fmt::format("Parameter '{}' is now {}.", name, value_text(*value))};
}

Action set_system(Session& session, std::string_view text) {
  if (text.empty()) return Say{"Usage: /set system TEXT"};
  session.system = text;
  return Say{"System message set."};
}

Action set_format(Session& session, std::string_view rest) {
  if (rest != "json") return Say{"Only this is known: /set format json"};
  session.ask.format = {Format::Kind::kJson};
  return Say{"Answers will be JSON."};
}

Action set_think(Session& session, std::string_view rest) {
  const Result<Think> think = parse_think(rest.empty() ? "true" : rest);
  if (!think) return Say{think.error().message};
  if (std::ranges::find(session.capabilities, capability::kThinking) ==
      session.capabilities.end()) {
    return Say{fmt::format("\"{}\" does not support thinking.", session.ask.model)};
  }
  session.ask.think = *think;
  return Say{rest.empty() ? "Thinking is on." : fmt::format("Thinking is set to '{}'.", rest)};
}

struct Switch {
  std::string_view name;
  bool Session::* member;
  bool value;
  const char* said;
};

constexpr std::array kSwitches = {
    Switch{"history", &Session::history, true, "What is typed is kept."},
    Switch{"nohistory", &Session::history, false, "What is typed is not kept."},
    Switch{"wordwrap", &Session::word_wrap, true, "Lines break between words."},
    Switch{"nowordwrap", &Session::word_wrap, false, "Lines are left as they are."},
    Switch{"verbose", &Session::verbose, true, "Times and counts are shown."},
    Switch{"quiet", &Session::verbose, false, "Times and counts are not shown."},
};

}  // namespace

std::string parameter_line(std::string_view name, const OptionValue& value) {
  if (const auto* texts = std::get_if<std::vector<std::string>>(&value)) {
    std::string lines;
    for (const std::string& text : *texts) {
      lines += fmt::format("{}{:<30} \"{}\"", lines.empty() ? "" : "\n", name, text);
    }
    return lines;
  }
  return fmt::format("{:<30} {}", name, value_text(value));
}

Action run_set_command(Session& session, std::string_view line) {
  const auto [name, rest] = split_word(line);
  if (name.empty()) return Say{kSetHelp};
  if (name == "parameter") return set_parameter(session, rest);
  if (name == "system") return set_system(session, rest);
  if (name == "format") return set_format(session, rest);
  if (name == "think") return set_think(session, rest);
  if (name == "noformat") {
    session.ask.format = {};
    return Say{"Answers have no set format."};
  }
  if (name == "nothink") {
    session.ask.think = Think{false};
    return Say{"Thinking is off."};
  }
  const auto found = std::ranges::find(kSwitches, name, &Switch::name);
  if (found == kSwitches.end()) return unknown_input("/set " + std::string(name));
  session.*(found->member) = found->value;
  return Say{found->said};
}

}  // namespace axllama::cli
