#include <utility>

#include "api/json_text.h"
#include "api/message_parts.h"
#include "api/openai_fields.h"
#include "api/responses_fields.h"

namespace axllama::responses {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

// An item of any type; what its type has not stays empty.
struct Item {
  std::string type, role, call_id, name, space, thinking;
  JsonText arguments = "{}";
  Message content;  // also of a function's output
};

bool unsupported(Decoder& decoder, const char* what, std::string_view type) {
  return decoder.stop(std::string(what) + " of type " + json::quote(type) + " are not supported");
}

bool read_part(Decoder& decoder, Value value, Message& message) {
  if (value.kind() != Kind::kObject) return decoder.mismatch(value, "openai.ResponsesContent");
  std::string type, text, refusal, url;
  const auto image = [&](Value v) { return openai::read_image(decoder, v, url); };
  if (!decoder.object(
          value, "openai.ResponsesContent",
          {{"type", &type}, {"text", &text}, {"refusal", &refusal}, {"image_url", image}})) {
    return false;
  }
  if (type == "input_text" || type == "output_text" || type == "text") {
    add_text(message, text);
  } else if (type == "refusal") {
    add_text(message, refusal);
  } else if (type == "input_image") {
    Result<std::string> decoded = image_of_url(url);
    if (!decoded) return decoder.stop(decoded.error().message);
    add_image(message, *std::move(decoded));
  } else {
    return unsupported(decoder, "content parts", type);
  }
  return true;
}

bool read_content(Decoder& decoder, Value value, Message& message) {
  message = {};
  if (value.kind() != Kind::kArray) return decoder.string(value, message.content);
  return value.each_element([&](Value part) { return read_part(decoder, part, message); });
}

// Pieces of reasoning, in summary or in full.
bool read_pieces(Decoder& decoder, Value value, std::string& out) {
  return decoder.elements(value, "[]openai.ResponsesReasoning", [&](Value element) {
    std::string text;
    const bool goes_on = decoder.object(element, "openai.ResponsesReasoning", {{"text", &text}});
    if (!out.empty() && !text.empty()) out += "\n\n";
    out += text;
    return goes_on;
  });
}

bool read_item(Decoder& decoder, Value value, Item& item) {
  if (value.kind() != Kind::kObject) return decoder.mismatch(value, "openai.ResponsesInputItem");
  std::optional<Value> content;
  const auto keep = [&](Value v) {
    content = v;
    return true;
  };
  const bool goes_on = decoder.object(
      value, "openai.ResponsesInputItem",
      {{"type", &item.type},
       {"role", &item.role},
       {"call_id", &item.call_id},
       {"name", &item.name},
       {"namespace", &item.space},
       {"arguments", [&](Value v) { return openai::read_arguments(decoder, v, item.arguments); }},
       {"output", [&](Value v) { return read_content(decoder, v, item.content); }},
       {"summary", [&](Value v) { return read_pieces(decoder, v, item.thinking); }},
       {"content", keep}});
  if (item.type.empty() && !item.role.empty()) item.type = "message";
  if (!goes_on || !content) return goes_on;
  if (item.type != "reasoning") return read_content(decoder, *content, item.content);
  std::string full;
  if (!read_pieces(decoder, *content, full)) return false;
  if (!full.empty()) item.thinking = std::move(full);
  return true;
}

class Conversation {
 public:
  // False for a type that nobody here understands.
  bool add(Item item) {
    if (item.type == "message") {
      item.content.role = openai::role_of(std::move(item.role));
      push(std::move(item.content));
    } else if (item.type == "function_call") {
      add_call(std::move(item));
    } else if (item.type == "function_call_output") {
      item.content.role = "tool";
      item.content.tool_call_id = std::move(item.call_id);
      push(std::move(item.content));
    } else if (item.type == "reasoning") {
      thinking_ += item.thinking;
    } else {
      return item.type == "web_search_call";  // another server's; its results are in the answer
    }
    return true;
  }

  std::vector<Message> take() {
    name_tools(messages_);
    return std::move(messages_);
  }

 private:
  void push(Message message) {
    if (message.role == "assistant") message.thinking = std::exchange(thinking_, {});
    messages_.push_back(std::move(message));
  }

  void add_call(Item item) {
    const bool joins =
        thinking_.empty() && !messages_.empty() && messages_.back().role == "assistant";
    if (!joins) push({.role = "assistant", .content = {}});
    if (!item.space.empty()) item.name.insert(0, item.space + ".");
    std::vector<ToolCall>& calls = messages_.back().tool_calls;
    calls.push_back({.id = std::move(item.call_id),
                     .index = static_cast<int>(calls.size()),
                     .name = std::move(item.name),
                     .arguments = std::move(item.arguments)});
  }

  std::vector<Message> messages_;
  std::string thinking_;  // of the message that comes next
};

bool read_tool(Decoder& decoder, Value value, const std::string& space, std::vector<Tool>& out) {
  if (value.kind() != Kind::kObject) return decoder.mismatch(value, "openai.ResponsesTool");
  Tool tool{.name = {}, .description = {}, .parameters = R"({"type":"object","properties":{}})"};
  std::string type;
  std::optional<Value> inner;
  const auto parameters = [&](Value v) {
    if (v.is_null()) return true;
    if (v.kind() != Kind::kObject) return decoder.mismatch(v, "map[string]interface {}");
    return decoder.text(v, tool.parameters);
  };
  const auto keep = [&](Value v) {
    inner = v;
    return true;
  };
  if (!decoder.object(value, "openai.ResponsesTool",
                      {{"type", &type},
                       {"name", &tool.name},
                       {"description", &tool.description},
                       {"parameters", parameters},
                       {"tools", keep}})) {
    return false;
  }
  if (type == "namespace" && space.empty()) {
    if (tool.name.empty()) return decoder.stop("tools: a namespace needs a name");
    if (!inner) return true;
    return decoder.elements(*inner, "[]openai.ResponsesTool", [&](Value each) {
      return read_tool(decoder, each, tool.name + ".", out);
    });
  }
  if (type != "function") return unsupported(decoder, "tools", type);
  if (tool.name.empty()) return decoder.stop("tools: a function needs a name");
  tool.name.insert(0, space);
  out.push_back(std::move(tool));
  return true;
}

}  // namespace

bool read_input(Decoder& decoder, Value value, std::vector<Message>& out) {
  out.clear();
  if (value.is_null()) return true;
  if (value.kind() == Kind::kString) {
    out.push_back({.role = "user", .content = value.string()});
    return true;
  }
  Conversation conversation;
  const bool goes_on = decoder.elements(value, "[]openai.ResponsesInputItem", [&](Value element) {
    Item item;
    if (!read_item(decoder, element, item)) return false;
    const std::string type = item.type;
    return conversation.add(std::move(item)) || unsupported(decoder, "input items", type);
  });
  out = conversation.take();
  return goes_on;
}

bool read_tools(Decoder& decoder, Value value, std::vector<Tool>& out) {
  out.clear();
  return decoder.elements(value, "[]openai.ResponsesTool",
                          [&](Value each) { return read_tool(decoder, each, {}, out); });
}

}  // namespace axllama::responses
