#include <algorithm>
#include <array>
#include <utility>

#include "api/anthropic_fields.h"
#include "api/json_text.h"
#include "api/message_parts.h"
#include "base/base64.h"

namespace axllama::anthropic {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

// A block of any type; what its type has not stays empty.
struct Block {
  std::string type, text, thinking, id, name, tool_use_id;
  JsonText input = "{}";
  Message result;  // text and images of a tool_result
  Message source;  // an image, as a message with nothing else
};

bool unsupported(Decoder& decoder, std::string_view type) {
  return decoder.stop("content blocks of type " + json::quote(type) + " are not supported");
}

// Adds the image to the message.
bool read_source(Decoder& decoder, Value value, Message& out) {
  constexpr std::array<std::string_view, 4> kTypes = {"image/jpeg", "image/png", "image/gif",
                                                      "image/webp"};
  std::string type, media_type, data;
  if (!decoder.object(value, "anthropic.ImageSource",
                      {{"type", &type}, {"media_type", &media_type}, {"data", &data}})) {
    return false;
  }
  if (type != "base64") {
    return decoder.stop("image sources of type " + json::quote(type) +
                        " are not supported, please use base64 encoded data instead");
  }
  if (std::ranges::find(kTypes, media_type) == kTypes.end()) {
    return decoder.stop("images of media_type " + json::quote(media_type) + " are not supported");
  }
  Result<std::string> image = decode_base64(data);
  if (!image) return decoder.stop("invalid image data: " + image.error().message);
  add_image(out, *std::move(image));
  return true;
}

// The content of a tool_result: a text, or blocks of text and images.
bool read_result(Decoder& decoder, Value value, Message& out) {
  if (value.kind() != Kind::kArray) return decoder.string(value, out.content);
  return value.each_element([&](Value element) {
    std::string type, text;
    const auto source = [&](Value v) { return read_source(decoder, v, out); };
    if (!decoder.object(element, "anthropic.ContentBlock",
                        {{"type", &type}, {"text", &text}, {"source", source}})) {
      return false;
    }
    if (type != "text" && type != "image") return unsupported(decoder, type);
    add_text(out, text);
    return true;
  });
}

bool read_input(Decoder& decoder, Value value, JsonText& out) {
  if (value.is_null()) return true;
  if (value.kind() != Kind::kObject) return decoder.mismatch(value, "map[string]interface {}");
  return decoder.text(value, out);
}

bool read_block(Decoder& decoder, Value value, Block& block) {
  if (value.kind() != Kind::kObject) return decoder.mismatch(value, "anthropic.ContentBlock");
  return decoder.object(
      value, "anthropic.ContentBlock",
      {{"type", &block.type},
       {"text", &block.text},
       {"thinking", &block.thinking},
       {"id", &block.id},
       {"name", &block.name},
       {"tool_use_id", &block.tool_use_id},
       {"input", [&](Value v) { return read_input(decoder, v, block.input); }},
       {"content", [&](Value v) { return read_result(decoder, v, block.result); }},
       {"source", [&](Value v) { return read_source(decoder, v, block.source); }}});
}

// One of Anthropic's messages, which may become several.
class Turn {
 public:
  Turn(std::string role, std::vector<Message>& out) : out_(out), size_(out.size()) {
    current_.role = std::move(role);
  }

  // False for a type that nobody here understands.
  bool add(Block block) {
    if (block.type == "text") {
      add_text(current_, block.text);
    } else if (block.type == "image") {
      for (std::string& image : block.source.images) add_image(current_, std::move(image));
    } else if (block.type == "thinking") {
      current_.thinking += block.thinking;
    } else if (block.type == "tool_use") {
      add_call(std::move(block));
    } else if (block.type == "tool_result") {
      flush();
      out_.push_back({.role = "tool",
                      .content = std::move(block.result.content),
                      .images = std::move(block.result.images),
                      .image_places = std::move(block.result.image_places),
                      .tool_call_id = std::move(block.tool_use_id)});
    } else {
      return block.type == "redacted_thinking";  // for those who can read it
    }
    return true;
  }

  // A message without any block is a message, too.
  void end() {
    if (!flush() && out_.size() == size_) out_.push_back(std::move(current_));
  }

 private:
  void add_call(Block block) {
    current_.tool_calls.push_back({.id = std::move(block.id),
                                   .index = static_cast<int>(current_.tool_calls.size()),
                                   .name = std::move(block.name),
                                   .arguments = std::move(block.input)});
  }

  bool flush() {
    const bool empty = current_.content.empty() && current_.thinking.empty() &&
                       current_.images.empty() && current_.tool_calls.empty();
    if (empty) return false;
    Message next{.role = current_.role, .content = {}};
    out_.push_back(std::exchange(current_, std::move(next)));
    return true;
  }

  std::vector<Message>& out_;
  size_t size_;
  Message current_;
};

bool read_message(Decoder& decoder, Value value, std::vector<Message>& out) {
  if (value.kind() != Kind::kObject) return decoder.mismatch(value, "anthropic.MessageParam");
  std::string role;
  std::optional<Value> content;
  const auto keep = [&](Value v) {
    content = v;
    return true;
  };
  if (!decoder.object(value, "anthropic.MessageParam", {{"role", &role}, {"content", keep}})) {
    return false;
  }
  constexpr std::array<std::string_view, 3> kRoles = {"user", "assistant", "system"};
  if (std::ranges::find(kRoles, role) == kRoles.end()) {
    return decoder.stop("messages: unexpected role " + json::quote(role) +
                        R"( (must be "user" or "assistant"))");
  }
  if (!content || content->is_null()) return decoder.stop("messages: content is required");
  if (content->kind() == Kind::kString) {
    out.push_back({.role = std::move(role), .content = content->string()});
    return true;
  }
  if (content->kind() != Kind::kArray) {
    return decoder.mismatch(*content, "[]anthropic.ContentBlock");
  }
  Turn turn(std::move(role), out);
  const bool goes_on = content->each_element([&](Value element) {
    Block block;
    if (!read_block(decoder, element, block)) return false;
    const std::string type = block.type;
    return turn.add(std::move(block)) || unsupported(decoder, type);
  });
  turn.end();
  return goes_on;
}

bool read_tool(Decoder& decoder, Value value, Tool& tool) {
  tool.parameters = R"({"type":"object","properties":{}})";
  std::string type;
  if (value.kind() != Kind::kObject) return decoder.mismatch(value, "anthropic.Tool");
  const auto schema = [&](Value v) { return read_input(decoder, v, tool.parameters); };
  if (!decoder.object(value, "anthropic.Tool",
                      {{"type", &type},
                       {"name", &tool.name},
                       {"description", &tool.description},
                       {"input_schema", schema}})) {
    return false;
  }
  if (!type.empty() && type != "custom") {
    return decoder.stop("tools of type " + json::quote(type) +
                        " are not supported: they would have to run here");
  }
  return !tool.name.empty() || decoder.stop("tools: name is required");
}

}  // namespace

bool read_system(Decoder& decoder, Value value, std::string& out) {
  if (value.kind() != Kind::kArray) return decoder.string(value, out);
  Message all;
  const bool goes_on = value.each_element([&](Value element) {
    Block block;
    if (!read_block(decoder, element, block)) return false;
    if (block.type != "text") return unsupported(decoder, block.type);
    add_text(all, block.text);
    return true;
  });
  out = std::move(all.content);
  return goes_on;
}

bool read_message_list(Decoder& decoder, Value value, std::vector<Message>& out) {
  out.clear();
  const bool goes_on = decoder.elements(value, "[]anthropic.MessageParam", [&](Value element) {
    return read_message(decoder, element, out);
  });
  name_tools(out);
  return goes_on;
}

bool read_tools(Decoder& decoder, Value value, std::vector<Tool>& out) {
  return decoder.list(value, "[]anthropic.Tool", out,
                      [&](Value element, Tool& tool) { return read_tool(decoder, element, tool); });
}

}  // namespace axllama::anthropic
