// A conversation, as every API dialect and every model sees it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace axllama {

// JSON that passes through unread, as compact text with its key order kept.
using JsonText = std::string;

struct ToolCall {
  std::string id;  // may be empty on input
  int index = 0;   // place among the calls of one answer
  std::string name;
  JsonText arguments;  // a JSON object
  bool operator==(const ToolCall&) const = default;
};

struct Message {
  std::string role;  // system, user, assistant, tool; lower case
  std::string content;
  std::string thinking = {};
  std::vector<std::string> images = {};  // encoded image files, decoded from base64
  // Where in content each of them stands, in bytes; 0, before it, for those that are not listed.
  std::vector<size_t> image_places = {};
  std::vector<ToolCall> tool_calls = {};
  std::string tool_name = {};     // on role tool: which tool answered
  std::string tool_call_id = {};  // on role tool: which call it answers
  bool operator==(const Message&) const = default;
};

inline size_t count_images(std::span<const Message> messages) {
  size_t count = 0;
  for (const Message& message : messages) count += message.images.size();
  return count;
}

struct Tool {
  std::string name;
  std::string description;
  JsonText parameters;  // JSON schema of the arguments
  bool operator==(const Tool&) const = default;
};

}  // namespace axllama
