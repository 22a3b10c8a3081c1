#include "base/endpoint.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace axllama {
namespace {

TEST(ParseHost, reads_the_forms_of_ollama_host) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "127.0.0.1:11434"},
      {"1.2.3.4", "1.2.3.4:11434"},
      {"1.2.3.4:1234", "1.2.3.4:1234"},
      {"0.0.0.0", "0.0.0.0:11434"},
      {":1234", "0.0.0.0:1234"},
      {":0", "0.0.0.0:0"},
      {"example.com", "example.com:11434"},
      {"example.com:1234", "example.com:1234"},
      {"example.com:", "example.com:11434"},
      {"http://1.2.3.4", "1.2.3.4:80"},
      {"https://1.2.3.4", "1.2.3.4:443"},
      {"https://1.2.3.4:1234", "1.2.3.4:1234"},
      {"http://example.com/", "example.com:80"},
      {"http://example.com:8080/ollama/", "example.com:8080"},
      {"ftp://example.com", "example.com:11434"},
      {"http://", "127.0.0.1:80"},
      {"  pi:80 ", "pi:80"},
  };
  for (const auto& [text, endpoint] : table) {
    EXPECT_EQ(parse_host(text).text(), endpoint) << '"' << text << '"';
  }
}

TEST(ParseHost, reads_ipv6_with_and_without_brackets) {
  EXPECT_EQ(parse_host("[::1]:1234"), (Endpoint{.host = "::1", .port = 1234}));
  EXPECT_EQ(parse_host("[::1]"), (Endpoint{.host = "::1", .port = 11434}));
  EXPECT_EQ(parse_host("::1"), (Endpoint{.host = "::1", .port = 11434}));
  EXPECT_EQ(parse_host("::"), (Endpoint{.host = "::", .port = 11434}));
  EXPECT_EQ(parse_host("http://[::1]"), (Endpoint{.host = "::1", .port = 80}));
  EXPECT_EQ(parse_host("0:0:0:0:0:0:0:1"), (Endpoint{.host = "::1", .port = 11434}));
  EXPECT_EQ(parse_host("[fe80::1%eth0]:80"), (Endpoint{.host = "fe80::1%eth0", .port = 80}));
}

TEST(ParseHost, port_that_is_none_becomes_the_default) {
  for (const char* port : {"66000", "-1", "abc", "80x", " "}) {
    EXPECT_EQ(parse_host("1.2.3.4:" + std::string(port)).port, 11434) << port;
  }
  EXPECT_EQ(parse_host("http://1.2.3.4:66000").port, 80);
  EXPECT_EQ(parse_host("https://1.2.3.4:x").port, 443);
}

TEST(ParseHost, colons_that_make_no_address_become_the_loopback) {
  EXPECT_EQ(parse_host("a:b:c").text(), "127.0.0.1:11434");
  EXPECT_EQ(parse_host("[:::1]:80").text(), "127.0.0.1:80");
  EXPECT_EQ(parse_host("[]:80").text(), "0.0.0.0:80");
  EXPECT_EQ(parse_host("[").text(), "127.0.0.1:11434");
}

TEST(ParseHost, reads_unix_sockets) {
  const Endpoint endpoint = parse_host("unix:/run/x.sock");
  EXPECT_TRUE(endpoint.is_unix());
  EXPECT_EQ(endpoint.unix_path, "/run/x.sock");
  EXPECT_EQ(endpoint.text(), "unix:/run/x.sock");
}

TEST(Endpoint, its_text_reads_back_as_itself) {
  const std::vector<Endpoint> endpoints = {{.host = "127.0.0.1", .port = 1},
                                           {.host = "::1", .port = 65535},
                                           {.host = "pi.local", .port = 80},
                                           {.unix_path = "/tmp/a b.sock"}};
  for (const Endpoint& endpoint : endpoints) {
    EXPECT_EQ(parse_host(endpoint.text()), endpoint) << endpoint.text();
  }
}

TEST(ClientSide, every_interface_is_reached_over_the_loopback) {
  EXPECT_EQ(client_side(parse_host("0.0.0.0:99")).text(), "127.0.0.1:99");
  EXPECT_EQ(client_side(parse_host(":99")).text(), "127.0.0.1:99");
  EXPECT_EQ(client_side(parse_host("[::]:99")).text(), "[::1]:99");
}

TEST(ClientSide, any_other_endpoint_is_reached_where_it_listens) {
  for (const char* text : {"192.168.1.5:99", "pi:99", "unix:/run/x.sock", "[::1]:5"}) {
    EXPECT_EQ(client_side(parse_host(text)).text(), text);
  }
}

TEST(IsLoopback, knows_every_name_of_this_machine) {
  for (const char* text : {"", "127.0.0.1", "127.8.9.1:80", "[::1]:80", "localhost", "LocalHost:1",
                           "[::ffff:127.0.0.1]:80", "unix:/run/x.sock"}) {
    EXPECT_TRUE(is_loopback(parse_host(text))) << text;
  }
}

TEST(IsLoopback, anything_that_others_may_reach_is_not) {
  for (const char* text : {"0.0.0.0", ":80", "::", "192.168.1.5", "128.0.0.1", "pi.local",
                           "127.0.0.1.example.com", "[::ffff:10.0.0.1]:80", "[fe80::1]:80"}) {
    EXPECT_FALSE(is_loopback(parse_host(text))) << text;
  }
}

}  // namespace
}  // namespace axllama
