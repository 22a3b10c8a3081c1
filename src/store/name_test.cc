#include "store/name.h"

#include <gtest/gtest.h>

#include <vector>

namespace axllama::store {
namespace {

const std::string k80(80, 'a');
const std::string k81(81, 'a');
const std::string k350(350, 'h');
const std::string k351(351, 'h');

struct Good {
  std::string text;
  Name name;
};

TEST(Name, missing_parts_get_the_defaults) {
  const std::vector<Good> table = {
      {"m", {.model = "m"}},
      {"sprout", {.model = "sprout"}},
      {"sprout:q8", {.model = "sprout", .tag = "q8"}},
      {"ann/sprout", {.space = "ann", .model = "sprout"}},
      {"ann/sprout:q8", {.space = "ann", .model = "sprout", .tag = "q8"}},
      {"hf.co/ann/sprout", {.host = "hf.co", .space = "ann", .model = "sprout"}},
      {"host:5000/ann/sprout", {.host = "host:5000", .space = "ann", .model = "sprout"}},
      {"host:5000/ann/sprout:t",
       {.host = "host:5000", .space = "ann", .model = "sprout", .tag = "t"}},
      {"http://host:5000/ann/sprout:t",
       {.host = "host:5000", .space = "ann", .model = "sprout", .tag = "t"}},
      {"https://host/ann/sprout", {.host = "host", .space = "ann", .model = "sprout"}},
      {"_why/_the/_lucky:_stiff",
       {.host = "_why", .space = "_the", .model = "_lucky", .tag = "_stiff"}},
      {"Sprout-2.5:7B-q4_K_M", {.model = "Sprout-2.5", .tag = "7B-q4_K_M"}},
  };
  for (const Good& row : table) {
    const auto name = Name::parse(row.text);
    ASSERT_TRUE(name) << row.text;
    EXPECT_EQ(*name, row.name) << row.text;
  }
}

TEST(Name, parts_may_be_as_long_as_their_limit) {
  for (const std::string& host : {k80, k350}) {
    const std::string text = host + "/" + k80 + "/" + k80 + ":" + k80;
    const auto name = Name::parse(text);
    ASSERT_TRUE(name);
    EXPECT_EQ(name->full_text(), text);
  }
}

TEST(Name, bad_forms_are_refused) {
  const std::vector<std::string> table = {
      "",
      ":",
      "mm:",
      ":tag",
      "/",
      "//",
      "//mm",
      "/nn/mm",
      "hh//",
      "hh//mm",
      "nn/",
      "hh/nn/",
      "hh/nn/mm:",
      "-m",
      ".m",
      "m:-t",
      "m:.t",
      "..",
      "../x",
      "../../etc/passwd",
      "a/../b",
      "m m",
      "m\n",
      "m@sha256:1",
      "^",
      "n.n/m",
      "h/n.n/m:t",
      "h/n:s/m:t",
      "-h/n/m",
      "h/-n/m",
      "h/n/-m",
      "a/b/c/d",
      "https://m",
      "http://n/m",
      "m\\n",
      "m:t:u",
      "mod\xc3\xa9l",
      std::string("m\0n", 3),
      k81,
      k81 + "/m",
      "m:" + k81,
      k351 + "/n/m",
      "h/" + k81 + "/m",
      "ftp:/h/n/m",
  };
  for (const std::string& text : table) {
    const auto name = Name::parse(text);
    ASSERT_FALSE(name) << text;
    EXPECT_EQ(name.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(name.error().message, "invalid model name");
  }
}

TEST(Name, short_text_leaves_out_default_host_and_namespace_but_never_the_tag) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"registry.ollama.ai/library/model:latest", "model:latest"},
      {"registry.ollama.ai/library/model:tag", "model:tag"},
      {"registry.ollama.ai/ann/model:tag", "ann/model:tag"},
      {"host/ann/model:tag", "host/ann/model:tag"},
      {"host/library/model:tag", "host/library/model:tag"},
  };
  for (const auto& [full, brief] : table) {
    const auto name = Name::parse(full);
    ASSERT_TRUE(name) << full;
    EXPECT_EQ(name->short_text(), brief);
    EXPECT_EQ(name->full_text(), full);
    EXPECT_EQ(Name::parse(brief), name) << brief;
  }
}

}  // namespace
}  // namespace axllama::store
