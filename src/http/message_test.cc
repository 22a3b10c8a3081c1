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

}  // namespace
}  // namespace axllama
