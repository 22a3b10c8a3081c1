#include "chat/template_inputs.h"

#include <chat.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "chat/json_text.h"

namespace axllama {
namespace {

constexpr const char* kAnyObject = R"({"type":"object"})";

Result<void> check_json(std::string_view what, const JsonText& json) {
  if (nested_too_deeply(json))
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is nested too deeply", what));
  if (!nlohmann::json::accept(json))
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is not valid JSON", what));
  return {};
}

Result<common_chat_msg> to_message(const Message& message) {
  common_chat_msg result;
  result.role = message.role;
  result.content = message.content;
  result.reasoning_content = message.thinking;
  result.tool_name = message.tool_name;
  result.tool_call_id = message.tool_call_id;
  for (const ToolCall& call : message.tool_calls) {
    const JsonText arguments = call.arguments.empty() ? "{}" : call.arguments;
    AX_CHECK(check_json(fmt::format("the arguments of the call of '{}'", call.name), arguments));
    result.tool_calls.push_back({.name = call.name, .arguments = arguments, .id = call.id});
  }
  return result;
}

Result<common_chat_tool> to_tool(const Tool& tool) {
  const JsonText parameters = tool.parameters.empty() ? "{}" : tool.parameters;
  AX_CHECK(check_json(fmt::format("the parameters of tool '{}'", tool.name), parameters));
  return common_chat_tool{
      .name = tool.name, .description = tool.description, .parameters = parameters};
}

// A last message of the assistant is the beginning of the answer. One with calls is over, and one
// without text is no beginning.
void continue_last(common_chat_templates_inputs& inputs) {
  auto& messages = inputs.messages;
  if (messages.empty() || messages.back().role != "assistant") return;
  const common_chat_msg& last = messages.back();
  if (!last.tool_calls.empty()) return;
  if (last.content.empty() && last.reasoning_content.empty()) {
    messages.pop_back();
    return;
  }
  inputs.continue_final_message = COMMON_CHAT_CONTINUATION_AUTO;
  inputs.add_generation_prompt = false;
}

common_chat_tool_choice choice_of(ToolChoice choice) {
  switch (choice) {
    case ToolChoice::kNone:
      return COMMON_CHAT_TOOL_CHOICE_NONE;
    case ToolChoice::kRequired:
      return COMMON_CHAT_TOOL_CHOICE_REQUIRED;
    case ToolChoice::kAuto:
      break;
  }
  return COMMON_CHAT_TOOL_CHOICE_AUTO;
}

void set_thinking(const std::optional<Think>& think, common_chat_templates_inputs& inputs) {
  // Thinking is split off even where it was not wanted: some models think nevertheless.
  inputs.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
  inputs.enable_thinking = !think || think->on;
  if (think && think->on && !think->level.empty())
    inputs.chat_template_kwargs["reasoning_effort"] = nlohmann::json(think->level).dump();
}

}  // namespace

JsonText schema_of(const Format& format) {
  switch (format.kind) {
    case Format::Kind::kNone:
      return {};
    case Format::Kind::kJson:
      return kAnyObject;
    case Format::Kind::kSchema:
      break;
  }
  return compact_object(format.schema) == "{}" ? kAnyObject : format.schema;
}

Result<void> fill_inputs(const ChatRequest& request, bool parallel_calls,
                         common_chat_templates_inputs& inputs) {
  for (const Message& message : request.messages) {
    AX_TRY(common_chat_msg converted, to_message(message));
    inputs.messages.push_back(std::move(converted));
  }
  for (const Tool& tool : request.tools) {
    AX_TRY(common_chat_tool converted, to_tool(tool));
    inputs.tools.push_back(std::move(converted));
  }
  inputs.tool_choice = choice_of(request.tool_choice);
  inputs.parallel_tool_calls = parallel_calls && request.parallel_calls;
  set_thinking(request.think, inputs);
  continue_last(inputs);
  return {};
}

}  // namespace axllama
