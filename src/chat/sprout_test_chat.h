// For tests: the bundled demo model's template, and what a parser gives of a text.
#pragma once

#include <random>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "chat/chat.h"
#include "generate/sprout_test_vocabulary.h"

namespace axllama {

inline const ChatTemplate& sprout_template() {
  static const ChatTemplate made = [] {
    auto created = ChatTemplate::create(sprout().chat_template(), sprout());
    if (!created) throw std::runtime_error(created.error().text());
    return *std::move(created);
  }();
  return made;
}

inline RenderedChat render(const ChatRequest& request,
                           const ChatTemplate& chat_template = sprout_template()) {
  auto rendered = chat_template.render(request);
  if (!rendered) throw std::runtime_error(rendered.error().text());
  return *std::move(rendered);
}

inline Tool weather_tool() {
  return {.name = "get_weather",
          .description = "Weather of a city",
          .parameters = R"({"type":"object","properties":{"city":{"type":"string"},)"
                        R"("days":{"type":"integer"}},"required":["city"]})"};
}

inline Tool add_tool() {
  return {.name = "add",
          .description = "",
          .parameters = R"({"type":"object","properties":{"a":{"type":"number"},)"
                        R"("b":{"type":"number"}}})"};
}

// An answer's events, joined.
struct Answer {
  std::string thinking = {};
  std::string content = {};
  std::vector<ToolCall> calls = {};

  void add(const std::vector<Event>& events) {
    for (const Event& event : events) {
      if (const auto* piece = std::get_if<Thinking>(&event)) thinking += piece->text;
      if (const auto* piece = std::get_if<Content>(&event)) content += piece->text;
      if (const auto* piece = std::get_if<ToolCalls>(&event))
        calls.insert(calls.end(), piece->calls.begin(), piece->calls.end());
    }
  }
  // Names and arguments, in one line each.
  std::vector<std::string> call_texts() const {
    std::vector<std::string> texts;
    for (const ToolCall& call : calls) texts.push_back(call.name + call.arguments);
    return texts;
  }
};

inline Answer parse(AnswerParser parser, const std::vector<std::string>& pieces) {
  Answer answer;
  for (const std::string& piece : pieces) answer.add(parser.push(piece));
  answer.add(parser.finish());
  return answer;
}

inline std::vector<std::string> one_by_one(const std::string& text) {
  std::vector<std::string> pieces;
  for (size_t at = 0; at < text.size();) {
    size_t length = 1;
    while (at + length < text.size() && (text[at + length] & 0xc0) == 0x80) ++length;
    pieces.push_back(text.substr(at, length));
    at += length;
  }
  return pieces;
}

inline std::vector<std::string> at_random(const std::string& text, std::mt19937& random) {
  std::vector<std::string> pieces;
  size_t left = 0;
  for (const std::string& character : one_by_one(text)) {
    if (left == 0) {
      pieces.emplace_back();
      left = 1 + random() % 12;
    }
    pieces.back() += character;
    --left;
  }
  return pieces;
}

}  // namespace axllama
