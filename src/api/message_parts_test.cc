#include "api/message_parts.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(MessageParts, texts_are_joined_by_an_empty_line) {
  Message message{.role = "user", .content = {}};
  add_text(message, "a");
  add_text(message, "");
  add_text(message, "b");
  EXPECT_EQ(message.content, "a\n\nb");
}

TEST(MessageParts, an_image_is_read_from_a_data_url_only) {
  EXPECT_EQ(*image_of_url("data:image/png;base64,QUJD"), "ABC");
  EXPECT_EQ(*image_of_url("data:;base64,QUJD"), "ABC");
  EXPECT_EQ(image_of_url("https://example.com/cat.png").error().message,
            "image URLs are not currently supported, please use base64 encoded data instead");
  for (const char* url :
       {"", "data:image/png;base64,*", "data:text/plain;base64,QUJD", "cat.png"}) {
    EXPECT_EQ(image_of_url(url).error().message, "invalid image input") << url;
  }
}

TEST(MessageParts, a_result_learns_the_name_of_the_tool_from_the_latest_call_of_its_id) {
  std::vector<Message> messages = {
      {.role = "assistant",
       .content = "",
       .tool_calls = {{"a", 0, "f", "{}"}, {"b", 1, "g", "{}"}}},
      {.role = "tool", .content = "1", .tool_call_id = "b"},
      {.role = "tool", .content = "2", .tool_name = "own", .tool_call_id = "a"},
      {.role = "tool", .content = "3", .tool_call_id = "unknown"},
      {.role = "assistant", .content = "", .tool_calls = {{"b", 0, "h", "{}"}}},
      {.role = "tool", .content = "4", .tool_call_id = "b"}};
  name_tools(messages);
  EXPECT_EQ(messages[1].tool_name, "g");
  EXPECT_EQ(messages[2].tool_name, "own");
  EXPECT_EQ(messages[3].tool_name, "");
  EXPECT_EQ(messages[5].tool_name, "h");
}

}  // namespace
}  // namespace axllama
