#include "store/registry_challenge.h"

#include <gtest/gtest.h>

namespace axllama::store {
namespace {

TEST(RegistryChallenge, realm_service_and_scope_are_read) {
  EXPECT_EQ(parse_challenge(R"(Bearer realm="https://a.example/token",service="a.example",)"
                            R"(scope="repository:library/x:pull,push")"),
            (Challenge{"https://a.example/token", "a.example", "repository:library/x:pull,push"}));
}

TEST(RegistryChallenge, case_space_and_bare_words_are_all_right) {
  EXPECT_EQ(parse_challenge(R"(bearer   REALM = https://a/t , Service="b")"),
            (Challenge{"https://a/t", "b", ""}));
}

TEST(RegistryChallenge, backslashes_in_quotes_stand_for_what_follows) {
  EXPECT_EQ(parse_challenge(R"(Bearer realm="https://a/\"t\"")"),
            (Challenge{"https://a/\"t\"", "", ""}));
}

TEST(RegistryChallenge, the_bearer_one_of_several_is_taken) {
  EXPECT_EQ(
      parse_challenge(R"(Basic realm="x", Bearer realm="https://a/t",service="s", Negotiate)"),
      (Challenge{"https://a/t", "s", ""}));
}

TEST(RegistryChallenge, what_is_none_is_nothing) {
  for (const char* text : {"", "Basic realm=\"x\"", "Bearer", "Bearer service=\"s\"", ",,,", "=\"",
                           "Bearer realm=\""}) {
    EXPECT_FALSE(parse_challenge(text)) << text;
  }
}

TEST(ContentRange, first_last_and_total_are_read) {
  EXPECT_EQ(parse_content_range("bytes 100-199/1000"), (ContentRange{100, 199, 1000}));
  EXPECT_EQ(parse_content_range("bytes 0-0/*"), (ContentRange{0, 0, {}}));
}

TEST(ContentRange, what_is_none_is_nothing) {
  for (const char* text :
       {"", "bytes", "bytes */1000", "bytes 5-4/10", "bytes 0-10/10", "bytes 0-1/10x",
        "bytes -1-1/10", "items 0-1/10", "bytes 0-18446744073709551616/*"}) {
    EXPECT_FALSE(parse_content_range(text)) << text;
  }
}

TEST(UploadRange, tells_how_much_is_there) {
  EXPECT_EQ(parse_upload_range("0-999"), 1000u);
  EXPECT_EQ(parse_upload_range("bytes=0-999"), 1000u);
  EXPECT_EQ(parse_upload_range("0-0"), 0u);
  EXPECT_FALSE(parse_upload_range("5-999"));
  EXPECT_FALSE(parse_upload_range("0-18446744073709551615"));
  EXPECT_FALSE(parse_upload_range(""));
}

TEST(Link, the_next_page_is_found) {
  EXPECT_EQ(next_link(R"(<https://h/api?cursor=2>; rel="next")"), "https://h/api?cursor=2");
  EXPECT_EQ(next_link(R"(<https://h/1>; rel="prev", </api?c=3>; rel=next)"), "/api?c=3");
  EXPECT_EQ(next_link(R"(<https://h/1>; rel="prev")"), "");
  EXPECT_EQ(next_link("<unclosed"), "");
}

}  // namespace
}  // namespace axllama::store
