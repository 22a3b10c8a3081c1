#include "http/message.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(Message, header_is_found_in_any_case) {
  const Headers headers = {{"Content-Type", "a"}, {"content-type", "b"}};
  EXPECT_EQ(find_header(headers, "CONTENT-TYPE"), "a");
  EXPECT_EQ(find_header(headers, "Content-Typ"), std::nullopt);
}

TEST(Message, path_ends_at_the_question_mark) {
  EXPECT_EQ(HttpRequest{.target = "/api/tags?x=1?2"}.path(), "/api/tags");
  EXPECT_EQ(HttpRequest{.target = "/a%20b"}.path(), "/a%20b");
}

TEST(HttpRequest, query_gives_the_first_field_of_that_name) {
  const auto query = [](const char* target) -> std::optional<std::string> {
    const HttpRequest request{.target = target};
    const auto value = request.query("a");
    if (!value) return std::nullopt;
    return std::string(*value);
  };
  EXPECT_EQ(query("/x?a=1"), "1");
  EXPECT_EQ(query("/x?b=2&a=1&a=3"), "1");
  EXPECT_EQ(query("/x?a=b=c"), "b=c");
  EXPECT_EQ(query("/x?aa=2&a"), "");
  EXPECT_EQ(query("/x?a="), "");
  EXPECT_EQ(query("/x?&&b"), std::nullopt);
  EXPECT_EQ(query("/x&a=1"), std::nullopt);
  EXPECT_EQ(query("/a"), std::nullopt);
}

}  // namespace
}  // namespace axllama
