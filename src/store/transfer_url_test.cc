#include "store/transfer_url.h"

#include <gtest/gtest.h>

namespace axllama::store {
namespace {

std::string resolved(std::string_view base, std::string_view location) {
  const auto url = resolve_url(parse_url(base).value(), location);
  return url ? url->text() : "error";
}

TEST(TransferUrl, the_usual_port_is_not_shown) {
  EXPECT_EQ(parse_url("https://A.Example:443/x?y=1").value().text(), "https://a.example/x?y=1");
  EXPECT_EQ(parse_url("http://a:8080").value().text(), "http://a:8080/");
}

TEST(TransferUrl, other_schemes_and_bad_texts_are_none) {
  for (const char* text : {"", "ftp://a/b", "file:///etc/passwd", "https://", "a b"}) {
    EXPECT_FALSE(parse_url(text)) << text;
  }
}

TEST(TransferUrl, nothing_is_cut_off_behind_a_null_byte) {
  const std::string text("https://a.example\0.b/c", 22);
  EXPECT_FALSE(parse_url(text));
  EXPECT_FALSE(resolve_url(parse_url("https://a/b").value(), text));
}

TEST(TransferUrl, user_names_are_dropped) {
  EXPECT_EQ(parse_url("https://me:secret@a/b").value().text(), "https://a/b");
}

TEST(TransferUrl, locations_lead_on_from_where_they_were_given) {
  EXPECT_EQ(resolved("https://a/x/y", "/z?q=1"), "https://a/z?q=1");
  EXPECT_EQ(resolved("https://a/x/y", "z"), "https://a/x/z");
  EXPECT_EQ(resolved("https://a/x/y", "https://b:1/z"), "https://b:1/z");
  EXPECT_EQ(resolved("https://a/x/y", "//b/z"), "https://b/z");
  EXPECT_EQ(resolved("https://a/x/y", "file:///etc/passwd"), "error");
  EXPECT_EQ(resolved("https://a/x/y", ""), "error");
}

TEST(TransferUrl, an_origin_is_scheme_host_and_port) {
  const Url url = parse_url("https://a/x").value();
  EXPECT_TRUE(url.same_origin(parse_url("https://a:443/y").value()));
  EXPECT_FALSE(url.same_origin(parse_url("http://a/x").value()));
  EXPECT_FALSE(url.same_origin(parse_url("https://a:444/x").value()));
  EXPECT_FALSE(url.same_origin(parse_url("https://b/x").value()));
}

TEST(TransferUrl, queries_are_sorted_by_key_and_encoded) {
  EXPECT_EQ(query_text({{"ts", "1"}, {"scope", "repository:a/b:pull"}, {"scope", "x y"}}),
            "scope=repository%3Aa%2Fb%3Apull&scope=x%20y&ts=1");
  EXPECT_EQ(with_query("/a", "b=1"), "/a?b=1");
  EXPECT_EQ(with_query("/a?_state=x", "b=1"), "/a?_state=x&b=1");
  EXPECT_EQ(with_query("/a", ""), "/a");
}

TEST(TransferUrl, names_of_files_are_encoded_but_for_their_slashes) {
  EXPECT_EQ(percent_encode("a b/c%#.json", true), "a%20b/c%25%23.json");
}

}  // namespace
}  // namespace axllama::store
