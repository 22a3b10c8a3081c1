// For tests of model families: a conversation, and the prompt that a Go template makes of it.
#pragma once

#include <string>
#include <vector>

#include "chat/go_prompt.h"
#include "go_template/inspect.h"

namespace axllama {

inline Message said(const char* role, const char* content) {
  return {.role = role, .content = content};
}

inline const Message kSystem = said("system", "Be brief.");
inline const Message kHi = said("user", "Hi");
inline const Message kHello = said("assistant", "Hello!");
inline const Message kWhy = said("user", "Why?");

inline Tool weather() {
  return {.name = "weather",
          .description = "Tells <it>",
          .parameters = R"({"type":"object","required":["city"],"properties":)"
                        R"({"unit":{"type":"string","enum":["C","F"]},"city":{"type":"string"}}})"};
}

inline Message call_of_weather() {
  Message message = said("assistant", "");
  message.tool_calls = {
      {.id = "1", .name = "weather", .arguments = R"({"unit":"C","city":"Ulm"})"}};
  return message;
}

inline std::string prompt(const char* text, ChatRequest request) {
  const auto pattern = go_template::with_response(go_template::Template::parse(text).value());
  const bool thinks = go_template::thinking_tags(pattern).has_value();
  return go_prompt(pattern, request, think_values(request.think, thinks)).value();
}

inline std::string prompt(const char* text, std::vector<Message> messages) {
  return prompt(text, ChatRequest{.messages = std::move(messages)});
}

}  // namespace axllama
