#include "api/tool_use.h"

#include <algorithm>

#include "api/json_text.h"

namespace axllama {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

std::optional<ToolChoice> openai_mode(std::string_view mode) {
  if (mode == "auto") return ToolChoice::kAuto;
  if (mode == "none") return ToolChoice::kNone;
  if (mode == "required") return ToolChoice::kRequired;
  return std::nullopt;
}

bool invalid(Decoder& decoder, std::string_view what) {
  return decoder.stop("invalid tool_choice: " + json::quote(what) +
                      R"( (must be "none", "auto", "required", or a function))");
}

struct OpenAiChoice {
  std::string type, name, mode;
  std::vector<std::string> names;  // of allowed tools
};

bool read_choice(Decoder& decoder, Value value, OpenAiChoice& out) {
  const auto within = [&](Value inner) { return read_choice(decoder, inner, out); };
  const auto tool_name = [&](Value tool, std::string& name) {
    OpenAiChoice named;
    const bool goes_on = read_choice(decoder, tool, named);
    name = std::move(named.name);
    return goes_on;
  };
  const auto names = [&](Value tools) {
    return decoder.list(tools, "[]openai.ToolChoice", out.names, tool_name);
  };
  if (!decoder.shallow(value)) return false;
  return decoder.object(value, "openai.ToolChoice",
                        {{"type", &out.type},
                         {"name", &out.name},
                         {"mode", &out.mode},
                         {"tools", names},
                         {"function", within},
                         {"allowed_tools", within}});
}

}  // namespace

bool read_openai_tool_choice(Decoder& decoder, Value value, ToolUse& out) {
  out = {};
  if (value.is_null()) return true;
  OpenAiChoice choice;
  if (value.kind() == Kind::kString) {
    choice.mode = value.string();
  } else if (!read_choice(decoder, value, choice)) {
    return false;
  }
  if (choice.type == "function") {
    out.choice = ToolChoice::kRequired;
    out.only = {choice.name};
    return true;
  }
  const bool some = choice.type == "allowed_tools";
  const std::optional<ToolChoice> mode = openai_mode(choice.mode);
  if (!mode || (!some && value.kind() != Kind::kString)) {
    return invalid(decoder, choice.type.empty() ? choice.mode : choice.type);
  }
  out.choice = *mode;
  if (some) out.only = std::move(choice.names);
  return true;
}

bool read_anthropic_tool_choice(Decoder& decoder, Value value, ToolUse& out, bool& parallel_calls) {
  out = {};
  if (value.is_null()) return true;
  std::string type, name;
  bool one_call = false;
  if (!decoder.object(
          value, "anthropic.ToolChoice",
          {{"type", &type}, {"name", &name}, {"disable_parallel_tool_use", &one_call}})) {
    return false;
  }
  parallel_calls = !one_call;
  if (type == "auto") return true;
  if (type == "tool") out.only = {name};
  if (type == "tool" || type == "any") {
    out.choice = ToolChoice::kRequired;
  } else if (type == "none") {
    out.choice = ToolChoice::kNone;
  } else {
    return decoder.stop("tool_choice.type: " + json::quote(type) +
                        R"( (must be "auto", "any", "tool", or "none"))");
  }
  return true;
}

Result<void> limit_tools(const ToolUse& use, const Format& format, std::vector<Tool>& tools) {
  if (use.only) {
    for (const std::string& name : *use.only) {
      if (std::ranges::find(tools, name, &Tool::name) != tools.end()) continue;
      return fail(ErrorCode::kInvalidArgument, "tool_choice names the tool " + json::quote(name) +
                                                   ", which is not among the tools");
    }
    std::erase_if(tools, [&](const Tool& tool) {
      return std::ranges::find(*use.only, tool.name) == use.only->end();
    });
  }
  if (use.choice != ToolChoice::kRequired) return {};
  if (tools.empty()) {
    return fail(ErrorCode::kInvalidArgument, "tool_choice forces a call, but there are no tools");
  }
  if (format.kind != Format::Kind::kNone) {
    return fail(ErrorCode::kInvalidArgument,
                "tool_choice can't force a call where the answer's format is given");
  }
  return {};
}

}  // namespace axllama
