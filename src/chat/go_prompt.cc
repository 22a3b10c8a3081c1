#include "chat/go_prompt.h"

#include <utility>

#include "chat/go_values.h"
#include "go_template/inspect.h"

namespace axllama {
namespace {

using go_template::Map;
using go_template::Template;
using go_template::Value;

Map data_with(const ThinkValues& think) {
  Map data;
  data.entries = {{"Response", ""},
                  {"Think", think.think},
                  {"ThinkLevel", think.level},
                  {"IsThinkSet", think.is_set}};
  return data;
}

// The template is the model's, so its faults are not the client's.
Result<std::string> execute(const Template& pattern, Map data) {
  Result<std::string> text = pattern.execute(Value(std::move(data)));
  if (!text) text.error().code = ErrorCode::kInternal;
  return text;
}

Result<std::string> fill_in(const Template& pattern, const ChatRequest& request,
                            const ThinkValues& think) {
  Map data = data_with(think);
  data.entries["Prompt"] = request.messages.empty() ? "" : request.messages.back().content;
  data.entries["Suffix"] = request.suffix;
  return execute(pattern, std::move(data));
}

Result<std::string> all_at_once(const Template& pattern, const ChatRequest& request,
                                const ThinkValues& think) {
  Map data = data_with(think);
  data.entries["System"] = joined_system(request.messages);
  AX_TRY(data.entries["Messages"], messages_value(collate(request.messages)));
  AX_TRY(data.entries["Tools"], tools_value(request.tools));
  return execute(pattern, std::move(data));
}

// One question with its answer, and the system text before it.
struct Turn {
  std::string system, prompt, response;
};

Map data_of(const Turn& turn, const ThinkValues& think) {
  Map data = data_with(think);
  data.entries["System"] = turn.system;
  data.entries["Prompt"] = turn.prompt;
  data.entries["Response"] = turn.response;
  return data;
}

Result<std::string> turn_by_turn(const Template& pattern, const ChatRequest& request,
                                 const ThinkValues& think) {
  std::string text;
  Turn turn;
  const auto end_turn = [&]() -> Result<void> {
    AX_TRY(const std::string part, execute(pattern, data_of(std::exchange(turn, {}), think)));
    text += part;
    return {};
  };
  for (const Message& message : collate(request.messages)) {
    if (message.role == "system") {
      if (!turn.prompt.empty() || !turn.response.empty()) AX_CHECK(end_turn());
      turn.system = message.content;
    } else if (message.role == "user") {
      if (!turn.response.empty()) AX_CHECK(end_turn());
      turn.prompt = message.content;
    } else if (message.role == "assistant") {
      turn.response = message.content;
    }
  }
  const Template last = go_template::cut_behind_response(pattern);
  AX_TRY(const std::string part, execute(last, data_of(turn, think)));
  return text + part;
}

}  // namespace

ThinkValues think_values(const std::optional<Think>& wish, bool can_think) {
  if (!wish && !can_think) return {};
  const bool on = !wish || wish->on;
  if (!on) return {.is_set = true};
  const bool has_level = wish && !wish->level.empty();
  return {.think = true, .level = has_level ? wish->level : "medium", .is_set = true};
}

Result<std::string> go_prompt(const Template& pattern, const ChatRequest& request,
                              const ThinkValues& think) {
  if (!request.suffix.empty()) return fill_in(pattern, request, think);
  if (go_template::field_names(pattern).contains("messages")) {
    return all_at_once(pattern, request, think);
  }
  return turn_by_turn(pattern, request, think);
}

}  // namespace axllama
