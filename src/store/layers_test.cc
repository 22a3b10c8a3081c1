// Config, params and messages: the JSON layers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/config.h"
#include "store/messages.h"
#include "store/params.h"

namespace axllama::store {
namespace {

using testing::ElementsAre;
using testing::Pair;
using Strings = std::vector<std::string>;

TEST(Config, is_written_field_by_field_as_ollama_does) {
  Config config;
  config.model_format = "gguf";
  config.model_family = "qwen3";
  config.model_families = {"qwen3"};
  config.model_type = "2.8M";
  config.file_type = "Q8_0";
  EXPECT_EQ(config_json(config, {"sha256:1"}),
            "{\"model_format\":\"gguf\",\"model_family\":\"qwen3\",\"model_families\":[\"qwen3\"],"
            "\"model_type\":\"2.8M\",\"file_type\":\"Q8_0\",\"architecture\":\"amd64\",\"os\":"
            "\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:1\"]}}\n");
}

TEST(Config, fields_that_nobody_knows_live_on) {
  const auto config = parse_config(
      "{\"model_format\":\"gguf\",\"model_family\":\"f\",\"model_families\":null,\"model_type\":"
      "\"1B\",\"file_type\":\"F16\",\"renderer\":\"r\",\"parser\":\"p\",\"capabilities\":["
      "\"vision\"],\"context_length\":4096,\"draft\":{\"model_format\":\"gguf\"},\"os\":"
      "\"linux\"}");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->renderer, "r");
  EXPECT_EQ(config->capabilities, Strings{"vision"});
  EXPECT_EQ(config->context_length, 4096);
  EXPECT_EQ(
      config_json(*config, {}),
      "{\"model_format\":\"gguf\",\"model_family\":\"f\",\"model_families\":[],\"model_type\":"
      "\"1B\",\"file_type\":\"F16\",\"renderer\":\"r\",\"parser\":\"p\",\"capabilities\":["
      "\"vision\"],\"context_length\":4096,\"draft\":{\"model_format\":\"gguf\"},"
      "\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}"
      "}"
      "\n");
}

TEST(Config, what_is_no_object_is_corrupt) {
  for (const std::string& text : {std::string(), std::string("{"), std::string("[1]"),
                                  std::string("\xff"), std::string(1000000, '[')}) {
    EXPECT_EQ(parse_config(text).error().code, ErrorCode::kCorrupt);
  }
}

TEST(Params, values_take_their_options_kind) {
  const auto options = parse_params(
      "{\"num_ctx\":4096.0,\"stop\":[\"a\",\"b\"],\"temperature\":1,\"use_mmap\":false,\"seed\":"
      "null,"
      "\"top_k\":\"many\",\"mirostat\":1,\"stranger\":2}");
  ASSERT_TRUE(options);
  EXPECT_THAT(*options, ElementsAre(Pair("num_ctx", OptionValue(int64_t{4096})),
                                    Pair("stop", OptionValue(Strings{"a", "b"})),
                                    Pair("temperature", OptionValue(1.0)),
                                    Pair("use_mmap", OptionValue(false))));
  EXPECT_EQ(parse_params("[]").error().code, ErrorCode::kCorrupt);
  EXPECT_TRUE(parse_params("{\"num_ctx\":1e300}")->empty());
}

TEST(Params, new_values_replace_old_ones_and_the_rest_stays) {
  const OptionList over = {{"stop", Strings{"<|x|>"}}, {"temperature", 1.0}, {"top_p", 0.9}};
  EXPECT_EQ(merge_params("{\"stop\":[\"old\"],\"num_ctx\":8192,\"mirostat\":1}", over),
            "{\"mirostat\":1,\"num_ctx\":8192,\"stop\":[\"\\u003c|x|\\u003e\"],\"temperature\":1,"
            "\"top_p\":0.9}\n");
  EXPECT_EQ(merge_params("", {{"num_ctx", int64_t{64}}}), "{\"num_ctx\":64}\n");
}

TEST(Messages, round_trip_with_tool_calls) {
  const std::vector<Message> messages = {
      {.role = "user", .content = "Weather?"},
      {.role = "assistant",
       .content = "",
       .tool_calls = {{"call_1", 0, "weather", "{\"city\":\"Bonn\"}"}}},
      {.role = "tool", .content = "sunny", .tool_name = "weather", .tool_call_id = "call_1"},
  };
  const std::string json = messages_json(messages);
  EXPECT_EQ(
      json,
      "[{\"role\":\"user\",\"content\":\"Weather?\"},{\"role\":\"assistant\",\"content\":\"\","
      "\"tool_calls\":[{\"id\":\"call_1\",\"function\":{\"index\":0,\"name\":\"weather\","
      "\"arguments\":{\"city\":\"Bonn\"}}}]},{\"role\":\"tool\",\"content\":\"sunny\","
      "\"tool_name\":\"weather\",\"tool_call_id\":\"call_1\"}]\n");
  EXPECT_EQ(parse_messages(json), messages);
}

TEST(Messages, broken_ones_are_corrupt) {
  for (const char* text :
       {"", "{}", "[1]", "[{]", R"([{"images":["?"]}])", R"([{"images":[1]}])"}) {
    EXPECT_EQ(parse_messages(text).error().code, ErrorCode::kCorrupt) << text;
  }
  EXPECT_TRUE(parse_messages("[{\"tool_calls\":[1,{\"function\":2}]}]"));
}

TEST(Messages, images_are_kept) {
  const std::vector<Message> messages = {
      {.role = "user", .content = "What is it?", .images = {"png", std::string("\0\xff", 2)}}};
  const std::string json = messages_json(messages);
  EXPECT_EQ(json,
            "[{\"role\":\"user\",\"content\":\"What is it?\",\"images\":[\"cG5n\",\"AP8=\"]}]\n");
  EXPECT_EQ(parse_messages(json), messages);
}

}  // namespace
}  // namespace axllama::store
