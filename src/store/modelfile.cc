#include "store/modelfile.h"

#include <algorithm>
#include <cctype>

#include "store/modelfile_commands.h"
#include "store/text_encoding.h"

namespace axllama::store {
namespace {

// One to three numbers, then perhaps "-pre" and "+build": "0.14.0", "1", "1.2.3-rc.1".
bool is_version(std::string_view text) {
  const size_t tail = std::min(text.find_first_of("-+"), text.size());
  std::string_view numbers = text.substr(0, tail);
  int count = 0;
  while (true) {
    const size_t dot = std::min(numbers.find('.'), numbers.size());
    const std::string_view number = numbers.substr(0, dot);
    const bool digits =
        std::ranges::all_of(number, [](unsigned char c) { return std::isdigit(c) != 0; });
    const bool padded = number.size() > 1 && number.starts_with('0');
    if (number.empty() || !digits || padded || ++count > 3) return false;
    if (dot == numbers.size()) break;
    numbers.remove_prefix(dot + 1);
  }
  const std::string_view rest = text.substr(tail);
  return rest.empty() ||
         (count == 3 && rest.size() > 1 && std::ranges::all_of(rest, [](unsigned char c) {
            return std::isalnum(c) != 0 || c == '-' || c == '+' || c == '.';
          }));
}

Result<void> add_parameter(Modelfile& file, const std::string& name, const std::string& value) {
  if (is_retired_option(name)) {
    file.warnings.push_back("parameter " + name + " is deprecated");
    return {};
  }
  AX_TRY(OptionValue parsed, parse_parameter(name, {value}));
  auto& parameters = file.parameters;
  const auto old = std::ranges::find(parameters, name, &OptionList::value_type::first);
  if (old == parameters.end()) {
    parameters.emplace_back(name, std::move(parsed));
    return {};
  }
  auto* list = std::get_if<std::vector<std::string>>(&old->second);
  if (list == nullptr) {
    old->second = std::move(parsed);
  } else {
    list->push_back(value);
  }
  return {};
}

Result<void> apply(Modelfile& file, const ModelfileCommand& command) {
  const std::string& name = command.name;
  if (name == "parameter") return add_parameter(file, command.argument, command.value);
  if (name == "requires") {
    AX_TRY(file.required_version, parse_required_version(command.value));
  }
  if (name == "from" && !command.value.empty()) file.from.push_back(command.value);
  if (name == "license") file.licenses.push_back(command.value);
  if (name == "adapter") file.adapters.push_back(command.value);
  if (name == "renderer") file.renderer = command.value;
  if (name == "parser") file.parser = command.value;
  if (name == "message") {
    file.messages.push_back({.role = command.argument, .content = command.value});
  }
  if (name == "template") {
    file.go_template = command.value;
    file.has_template = true;
  }
  if (name == "system") {
    file.system = command.value;
    file.has_system = true;
  }
  if (name == "draft") file.warnings.push_back("DRAFT is not supported and left out");
  return {};
}

}  // namespace

Result<std::string> parse_required_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  if (is_version(text)) return std::string(text);
  return fail(ErrorCode::kInvalidArgument, "requires must be a valid semver (e.g. 0.14.0)");
}

Result<Modelfile> parse_modelfile(std::string_view text) {
  AX_TRY(const auto commands, parse_commands(decode_text(text)));
  Modelfile file;
  for (const ModelfileCommand& command : commands) {
    auto applied = apply(file, command);
    if (applied) continue;
    Error error = std::move(applied).error();
    error.hint = "look at line " + std::to_string(command.line) + " of the Modelfile";
    return std::unexpected(std::move(error));
  }
  if (file.from.empty()) return fail(ErrorCode::kInvalidArgument, "no FROM line");
  return file;
}

}  // namespace axllama::store
