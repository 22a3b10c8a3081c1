#include "chat/tool_call_reader.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

const std::vector<std::string> kNames = {"get", "get_weather", "add"};

// "content[name args]content": what came out, calls in brackets.
std::string shown(const std::vector<Event>& events) {
  std::string text;
  for (const Event& event : events) {
    if (const auto* content = std::get_if<Content>(&event)) text += content->text;
    if (const auto* calls = std::get_if<ToolCalls>(&event)) {
      for (const ToolCall& call : calls->calls) {
        EXPECT_TRUE(call.id.starts_with("call_"));
        text += "[" + std::to_string(call.index) + " " + call.name + " " + call.arguments + "]";
      }
    }
  }
  return text;
}

// Cut in two at every place, and byte by byte: always the same.
std::string read(const std::string& tag, std::string_view text) {
  const auto fed = [&](std::vector<std::string_view> pieces) {
    ToolCallReader reader(tag, kNames);
    std::vector<Event> events;
    for (const std::string_view piece : pieces) reader.push(piece, events);
    reader.finish(events);
    return shown(events);
  };
  const std::string whole = fed({text});
  std::vector<std::string_view> bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    bytes.push_back(text.substr(i, 1));
    EXPECT_EQ(fed({text.substr(0, i), text.substr(i)}), whole) << "cut at " << i;
  }
  EXPECT_EQ(fed(bytes), whole);
  return whole;
}

constexpr const char* kQwen = "<tool_call>";

TEST(ToolCallReader, finds_a_call_behind_its_tag) {
  EXPECT_EQ(read(kQwen,
                 "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Ulm\"}}\n"
                 "</tool_call>"),
            "[0 get_weather {\"city\":\"Ulm\"}]");
  EXPECT_EQ(
      read(kQwen, "Let me see.\n\n<tool_call>{\"name\":\"add\",\"arguments\":{}}</tool_call>"),
      "Let me see.[0 add {}]");
}

TEST(ToolCallReader, space_before_what_is_no_call_is_kept) {
  const char* none = "Use it so:\n\n<tool_call>\n{\"a\": 4}\n <tool_call>ends";
  EXPECT_EQ(read(kQwen, none), none);
}

TEST(ToolCallReader, finds_several_calls) {
  EXPECT_EQ(
      read(kQwen,
           "<tool_call>\n{\"name\":\"add\",\"arguments\":{\"a\":1}}\n</tool_call>\n<tool_call>\n"
           "{\"name\":\"get\",\"arguments\":{\"b\":2}}\n</tool_call>"),
      "[0 add {\"a\":1}][1 get {\"b\":2}]");
  EXPECT_EQ(
      read(kQwen,
           "<tool_call>\n{\"name\":\"add\",\"arguments\":{}}\n{\"name\":\"get\",\"arguments\":{}}"),
      "[0 add {}][1 get {}]");
  EXPECT_EQ(read("[TOOL_CALLS] [",
                 "[TOOL_CALLS] [{\"name\":\"add\",\"arguments\":{}},"
                 "{\"name\":\"get\",\"arguments\":{}}]"),
            "[0 add {}][1 get {}]");
}

TEST(ToolCallReader, takes_the_forms_that_models_write) {
  EXPECT_EQ(read("{", "{\"name\": \"add\", \"parameters\": {\"a\": 1}}"), "[0 add {\"a\":1}]");
  EXPECT_EQ(read("{", "  {\"name\": \"add\", \"arguments\": \"{\\\"a\\\": 1}\"}"),
            "[0 add {\"a\":1}]");
  EXPECT_EQ(read("{", "{\"add\": {\"a\": 1}}"), "[0 add {\"a\":1}]");
  EXPECT_EQ(read("{", "{\"function\": {\"name\": \"add\", \"arguments\": {\"a\": [1, {}]}}}"),
            "[0 add {\"a\":[1,{}]}]");
  EXPECT_EQ(read("{", "{\"name\":\"add\",\"parameters\":{}}; {\"name\":\"get\",\"parameters\":{}}"),
            "[0 add {}][1 get {}]");
  EXPECT_EQ(read("[", "[{\"name\":\"add\",\"arguments\":{}},{\"name\":\"get\",\"arguments\":{}}]"),
            "[0 add {}][1 get {}]");
  EXPECT_EQ(read("[TOOL_CALLS]", "[TOOL_CALLS]get_weather[ARGS]{\"city\": \"Ulm\"}"),
            "[0 get_weather {\"city\":\"Ulm\"}]");
}

TEST(ToolCallReader, keeps_the_order_of_arguments) {
  EXPECT_EQ(
      read(kQwen,
           "<tool_call>{\"arguments\":{\"z\":1,\"a\":{\"y\":\"}\",\"b\":2.50}},\"name\":\"add\"}"),
      "[0 add {\"z\":1,\"a\":{\"y\":\"}\",\"b\":2.5}}]");
}

TEST(ToolCallReader, what_is_no_call_is_content) {
  for (const char* text :
       {"plain text", "a <tool_cal", "<tool_call>", "<tool_call>\n{\"name\": \"add\", \"argum",
        "<tool_call>{\"name\": \"unknown\", \"arguments\": {}}</tool_call>",
        "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": }}</tool_call> and on",
        "<tool_call>{\"name\": \"add\"}</tool_call>", "<tool_call>{\"name\": 1}</tool_call>",
        "trailing \n"}) {
    EXPECT_EQ(read(kQwen, text), text);
  }
  EXPECT_EQ(read("{", "{\"answer\": 42} is it"), "{\"answer\": 42} is it");
  EXPECT_EQ(read("{", "Say {\"name\":\"add\",\"arguments\":{}}"),
            "Say {\"name\":\"add\",\"arguments\":{}}");
  EXPECT_EQ(read("[", "[1, 2]"), "[1, 2]");
}

TEST(ToolCallReader, content_goes_on_behind_a_call) {
  EXPECT_EQ(read(kQwen, "<tool_call>{\"name\":\"add\",\"arguments\":{}}</tool_call>\nDone <b>."),
            "[0 add {}]Done <b>.");
  EXPECT_EQ(read(kQwen,
                 "<tool_call>{\"name\":\"add\",\"arguments\":{}}</tool_call>x<tool_call>"
                 "{\"name\":\"get\",\"arguments\":{}}</tool_call>"),
            "[0 add {}]x[1 get {}]");
  EXPECT_EQ(read(kQwen, "<tool_call>{\"name\":\"add\",\"arguments\":{}}</tool_ca"), "[0 add {}]");
}

TEST(ToolCallReader, a_tag_without_end_is_not_held_for_ever) {
  ToolCallReader reader(kQwen, kNames);
  std::vector<Event> events;
  reader.push("<tool_call>", events);
  for (int i = 0; i < 200; ++i) reader.push("word word word ", events);
  EXPECT_FALSE(events.empty());
}

}  // namespace
}  // namespace axllama
