#include "serve/access.h"

#include <gtest/gtest.h>

namespace axllama::serve {
namespace {

TEST(Access, origins_of_the_environment_come_first_and_spaces_do_not_count) {
  const auto origins = allowed_origins(" https://a.example , ,http://b.example:*");
  EXPECT_EQ(origins[0], "https://a.example");
  EXPECT_EQ(origins[1], "http://b.example:*");
  EXPECT_EQ(origins[2], "http://localhost");
}

TEST(Access, patterns_match_by_their_star) {
  EXPECT_TRUE(origin_matches("http://localhost:*", "http://localhost:3000"));
  EXPECT_FALSE(origin_matches("http://localhost:*", "http://localhost"));
  EXPECT_FALSE(origin_matches("http://localhost", "http://localhost.evil.example"));
  EXPECT_TRUE(origin_matches("app://*", "app://obsidian.md"));
  EXPECT_TRUE(origin_matches("*", "https://anything.example"));
  EXPECT_TRUE(origin_matches("https://*.example.org", "https://a.example.org"));
}

TEST(Access, foreign_origins_are_kept_out) {
  const auto patterns = allowed_origins("");
  EXPECT_TRUE(origin_allowed("", "127.0.0.1:11434", patterns));
  EXPECT_TRUE(origin_allowed("http://localhost:3000", "x", patterns));
  EXPECT_TRUE(origin_allowed("http://box:11434", "box:11434", patterns));
  EXPECT_TRUE(origin_allowed("chrome-extension://abc", "x", patterns));
  EXPECT_FALSE(origin_allowed("https://evil.example", "127.0.0.1:11434", patterns));
  EXPECT_TRUE(origin_allowed("https://evil.example", "x", allowed_origins("*")));
}

TEST(Access, hosts_that_could_be_rebound_are_kept_out) {
  for (const char* host : {"", "localhost", "localhost:11434", "127.0.0.1:11434", "[::1]:11434",
                           "::1", "0.0.0.0", "192.168.1.5:80", "10.0.0.1", "172.16.0.1", "Pi",
                           "pi:11434", "box.local", "host.docker.internal:1", "a.localhost"}) {
    EXPECT_TRUE(host_allowed(host, "pi")) << host;
  }
  for (const char* host : {"evil.example", "8.8.8.8", "172.32.0.1", "localhost.evil.example",
                           "local", "[2001:db8::1]:80"}) {
    EXPECT_FALSE(host_allowed(host, "pi")) << host;
  }
}

TEST(Access, browsers_are_told_the_origin) {
  EXPECT_TRUE(cors_headers("", {}).empty());
  EXPECT_EQ(*find_header(cors_headers("http://localhost:1", allowed_origins("")),
                         "access-control-allow-origin"),
            "http://localhost:1");
  EXPECT_EQ(*find_header(preflight_headers("http://x", allowed_origins("*")),
                         "Access-Control-Allow-Origin"),
            "*");
}

}  // namespace
}  // namespace axllama::serve
