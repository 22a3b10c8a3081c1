#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/ollama.h"

namespace axllama::ollama {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(ReadGenerate, every_field_is_read) {
  const auto body = read_generate(R"({
    "model": "m", "prompt": "p", "suffix": "s", "system": "y", "template": "t",
    "context": [1, -2, null, 99999999999], "stream": false, "raw": true, "format": "json",
    "keep_alive": "1h30m", "images": ["QUJD", ""], "think": "low", "truncate": false,
    "shift": true, "logprobs": true, "top_logprobs": 20, "_debug_render_only": true})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->model, "m");
  EXPECT_EQ(body->prompt, "p");
  EXPECT_EQ(body->suffix, "s");
  EXPECT_EQ(body->system, "y");
  EXPECT_EQ(body->go_template, "t");
  EXPECT_THAT(body->context, ElementsAre(1, -2, 0, 2147483647));
  EXPECT_FALSE(body->stream);
  EXPECT_TRUE(body->raw);
  EXPECT_EQ(body->format, Format{Format::Kind::kJson});
  EXPECT_EQ(body->keep_alive, minutes(90));
  EXPECT_THAT(body->images, ElementsAre("ABC", ""));
  EXPECT_EQ(body->think, (Think{true, "low"}));
  EXPECT_EQ(body->truncate, false);
  EXPECT_EQ(body->shift, true);
  EXPECT_TRUE(body->logprobs);
  EXPECT_EQ(body->top_logprobs, 20);
  EXPECT_TRUE(body->debug_render_only);
}

TEST(ReadGenerate, absent_and_null_fields_have_their_defaults) {
  for (const char* text :
       {"{}", "null", "{} trailing",
        R"({"model":null,"prompt":null,"system":null,"template":null,"context":null,"stream":null,
            "raw":null,"format":null,"keep_alive":null,"images":null,"options":null,"think":null,
            "truncate":null,"shift":null,"logprobs":null,"top_logprobs":null,"unknown":[{}]})",
        R"({"system":"","template":"","format":""})"}) {
    const auto body = read_generate(text);
    ASSERT_TRUE(body) << body.error().message;
    EXPECT_EQ(body->model, "");
    EXPECT_EQ(body->system, std::nullopt);
    EXPECT_EQ(body->go_template, std::nullopt);
    EXPECT_TRUE(body->stream);
    EXPECT_FALSE(body->raw);
    EXPECT_EQ(body->format, Format{});
    EXPECT_EQ(body->keep_alive, std::nullopt);
    EXPECT_EQ(body->think, std::nullopt);
    EXPECT_EQ(body->truncate, std::nullopt);
    EXPECT_THAT(body->options, IsEmpty());
    EXPECT_THAT(body->images, IsEmpty());
  }
}

TEST(ReadGenerate, keys_match_without_regard_to_case_and_the_last_wins) {
  const auto body = read_generate(R"({"MODEL":"a","Prompt":"x","model":"b","pROMPT":"y"})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->model, "b");
  EXPECT_EQ(body->prompt, "y");
  EXPECT_EQ(read_generate(R"({"model":"a","model":null})")->model, "a");
}

TEST(ReadGenerate, broken_text_is_replaced) {
  EXPECT_EQ(read_generate("{\"prompt\":\"a\xFFz\\ud800\"}")->prompt, "a\uFFFDz\uFFFD");
}

TEST(ReadGenerate, a_device_is_one_or_the_request_is_refused) {
  EXPECT_EQ(read_generate(R"({"device":"npu:1"})")->device,
            (DeviceWish{DeviceWish::Kind::kNpu, 1}));
  EXPECT_EQ(read_chat(R"({"device":"cpu"})")->device, DeviceWish{DeviceWish::Kind::kCpu});
  EXPECT_FALSE(read_embed("{}")->device);
  const auto refused = read_embed(R"({"device":"gpu"})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "invalid device \"gpu\"");
}

TEST(ReadGenerate, keep_alive_takes_all_its_forms) {
  const std::pair<const char*, Nanoseconds> kCases[] = {
      {"300", seconds(300)},
      {"0", seconds(0)},
      {"0.5", std::chrono::milliseconds(500)},
      {"-1", kForever},
      {"-0.1", kForever},
      {"1e300", kForever},
      {R"("5m")", minutes(5)},
      {R"("300ms")", std::chrono::milliseconds(300)},
      {R"("0")", seconds(0)},
      {R"("-1m")", kForever},
  };
  for (const auto& [text, time] : kCases) {
    const auto body = read_generate(std::string(R"({"keep_alive":)") + text + "}");
    ASSERT_TRUE(body) << text << ": " << body.error().message;
    EXPECT_EQ(body->keep_alive, time) << text;
  }
}

TEST(ReadGenerate, think_takes_truths_and_levels) {
  EXPECT_EQ(read_generate(R"({"think":true})")->think, Think{true});
  EXPECT_EQ(read_generate(R"({"think":false})")->think, Think{false});
  for (const char* level : {"high", "medium", "low", "max"}) {
    EXPECT_EQ(read_generate(std::string(R"({"think":")") + level + "\"}")->think,
              (Think{true, level}));
  }
}

TEST(ReadGenerate, a_schema_is_kept_in_its_order) {
  const auto body =
      read_generate(R"({"format": { "type" : "object", "properties": {"z":{}, "a" : {}} }})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->format,
            (Format{Format::Kind::kSchema, R"({"type":"object","properties":{"z":{},"a":{}}})"}));
}

TEST(ReadGenerate, options_become_values_of_their_kinds) {
  const auto body = read_generate(R"({"options":{
    "num_ctx": 4096.9, "seed": 9007199254740993, "temperature": 1, "top_p": 0.5,
    "use_mmap": false, "stop": ["a", "b"], "num_predict": null, "top_k": -1e30, "min_p": 1,
    "min_p": 0.25, "mirostat": 1, "Temperature": 5, "nonsense": {}}})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_THAT(body->options,
              ElementsAre(Pair("num_ctx", OptionValue(int64_t{4096})),
                          Pair("seed", OptionValue(int64_t{9007199254740993})),
                          Pair("temperature", OptionValue(1.0)), Pair("top_p", OptionValue(0.5)),
                          Pair("use_mmap", OptionValue(false)),
                          Pair("stop", OptionValue(std::vector<std::string>{"a", "b"})),
                          Pair("top_k", OptionValue(std::numeric_limits<int64_t>::min())),
                          Pair("min_p", OptionValue(0.25))));
  EXPECT_THAT(body->ignored_options, ElementsAre("mirostat", "Temperature", "nonsense"));
}

TEST(ReadChat, messages_and_tool_calls_are_read) {
  const auto body = read_chat(R"({"model":"m","messages":[
    {"role":"System","content":"s"},
    {"role":"user","content":"héllo","images":["QUJD"]},
    {"role":"assistant","thinking":"t","tool_calls":[
      {"id":"call_1","function":{"index":2,"name":"f","arguments":{"z": 1, "a": {"y": [ ]}}}},
      {"function":{"name":"g"}}, {"function":{"name":"h","arguments":null}}]},
    {"role":"tool","content":"r","tool_name":"f","tool_call_id":"call_1"},
    null]})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_THAT(body->messages,
              ElementsAre(Message{"system", "s"}, Message{"user", "héllo", "", {"ABC"}},
                          Message{"assistant",
                                  "",
                                  "t",
                                  {},
                                  {},
                                  {ToolCall{"call_1", 2, "f", R"({"z":1,"a":{"y":[]}})"},
                                   ToolCall{"", 0, "g", "{}"}, ToolCall{"", 0, "h", "{}"}}},
                          Message{"tool", "r", "", {}, {}, {}, "f", "call_1"}, Message{}));
  EXPECT_TRUE(body->stream);
}

TEST(ReadChat, the_whole_schema_of_a_tool_is_kept_in_its_order) {
  const auto body = read_chat(R"({"tools":[
    {"type":"function","function":{"name":"f","description":"d","parameters":
      {"type":"object","required":["z"],"properties":{"z":{"type":"string","default":"x"},
       "a":{"type":["integer","null"],"minimum":1}}}}},
    {"function":{"name":"g"}}]})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_THAT(
      body->tools,
      ElementsAre(Tool{"f", "d",
                       R"({"type":"object","required":["z"],"properties":{"z":{"type":"string",)"
                       R"("default":"x"},"a":{"type":["integer","null"],"minimum":1}}})"},
                  Tool{"g", "", R"({"type":"object","properties":{}})"}));
}

TEST(ReadChat, the_settings_are_read_as_for_generate) {
  const auto body = read_chat(R"({"model":"m","stream":false,"format":{"a":1},"keep_alive":-1,
    "options":{"top_k":3,"x":1},"think":true,"truncate":true,"shift":false,"logprobs":true,
    "top_logprobs":5,"_debug_render_only":true})");
  ASSERT_TRUE(body);
  EXPECT_FALSE(body->stream);
  EXPECT_EQ(body->format, (Format{Format::Kind::kSchema, R"({"a":1})"}));
  EXPECT_EQ(body->keep_alive, kForever);
  EXPECT_THAT(body->options, ElementsAre(Pair("top_k", OptionValue(int64_t{3}))));
  EXPECT_THAT(body->ignored_options, ElementsAre("x"));
  EXPECT_EQ(body->think, Think{true});
  EXPECT_EQ(body->truncate, true);
  EXPECT_EQ(body->shift, false);
  EXPECT_EQ(body->top_logprobs, 5);
  EXPECT_TRUE(body->debug_render_only);
}

TEST(ReadEmbed, input_is_a_text_a_list_or_nothing) {
  const auto inputs = [](const char* text) { return read_embed(text).value().inputs; };
  EXPECT_THAT(inputs(R"({"input":"a"})"), ElementsAre("a"));
  EXPECT_THAT(inputs(R"({"input":["a","","b"]})"), ElementsAre("a", "", "b"));
  for (const char* text : {"{}", R"({"input":null})", R"({"input":""})", R"({"input":[]})"}) {
    EXPECT_THAT(inputs(text), IsEmpty()) << text;
  }
  const auto body = read_embed(R"({"model":"m","truncate":false,"dimensions":64,"keep_alive":0,
                                   "options":{"num_ctx":8}})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->truncate, false);
  EXPECT_EQ(body->dimensions, 64);
  EXPECT_EQ(body->keep_alive, Nanoseconds(0));
  EXPECT_THAT(body->options, ElementsAre(Pair("num_ctx", OptionValue(int64_t{8}))));
}

TEST(ReadEmbeddings, the_old_form_is_read) {
  const auto body = read_embeddings(R"({"model":"m","prompt":"p","keep_alive":"5m"})");
  ASSERT_TRUE(body);
  EXPECT_EQ(body->model, "m");
  EXPECT_EQ(body->prompt, "p");
  EXPECT_EQ(body->keep_alive, minutes(5));
}

TEST(ReadShow, the_model_may_be_called_name) {
  EXPECT_EQ(read_show(R"({"name":"n"})")->model, "n");
  const auto body = read_show(R"({"model":"m","name":"n","verbose":true,"system":"s"})");
  EXPECT_EQ(body->model, "m");
  EXPECT_TRUE(body->verbose);
  EXPECT_EQ(body->system, "s");
}

TEST(ReadDelete, the_model_may_be_called_name) {
  EXPECT_EQ(read_delete(R"({"name":"n"})")->model, "n");
  EXPECT_EQ(read_delete(R"({"name":"n","model":"m"})")->model, "m");
}

TEST(ReadCopy, both_names_are_read) {
  const auto body = read_copy(R"({"source":"a","destination":"b"})");
  EXPECT_EQ(body->source, "a");
  EXPECT_EQ(body->destination, "b");
}

TEST(ReadCreate, every_field_is_read) {
  const auto body = read_create(R"({"name":"n","from":"f","files":{"b":"1","a":"2","b":"3"},
    "adapters":{"x":"y"},"template":"t","license":["l1","l2"],"system":"s",
    "parameters":{"stop":["x"],"temperature":1,"num_ctx":2048},
    "messages":[{"role":"user","content":"hi"}],"quantization":"q8_0","renderer":"r",
    "parser":"p","stream":false})");
  ASSERT_TRUE(body) << body.error().message;
  EXPECT_EQ(body->model, "n");
  EXPECT_EQ(body->from, "f");
  EXPECT_THAT(body->files, ElementsAre(Pair("b", "3"), Pair("a", "2")));
  EXPECT_THAT(body->adapters, ElementsAre(Pair("x", "y")));
  EXPECT_EQ(body->go_template, "t");
  EXPECT_EQ(body->system, "s");
  EXPECT_THAT(body->licenses, ElementsAre("l1", "l2"));
  EXPECT_THAT(body->parameters,
              ElementsAre(Pair("stop", OptionValue(std::vector<std::string>{"x"})),
                          Pair("temperature", OptionValue(1.0)),
                          Pair("num_ctx", OptionValue(int64_t{2048}))));
  EXPECT_THAT(body->messages, ElementsAre(Message{"user", "hi"}));
  EXPECT_EQ(body->quantize, "q8_0");
  EXPECT_EQ(body->renderer, "r");
  EXPECT_EQ(body->parser, "p");
  EXPECT_FALSE(body->stream);
}

TEST(ReadCreate, a_license_may_be_one_text) {
  EXPECT_THAT(read_create(R"({"license":"l"})")->licenses, ElementsAre("l"));
  EXPECT_THAT(read_create(R"({"license":""})")->licenses, IsEmpty());
  EXPECT_EQ(read_create("{}")->go_template, std::nullopt);
}

TEST(ReadKeepAlive, the_environment_may_give_a_duration_or_seconds) {
  EXPECT_EQ(read_keep_alive("10m"), minutes(10));
  EXPECT_EQ(read_keep_alive("90"), seconds(90));
  EXPECT_EQ(read_keep_alive("-1"), kForever);
  EXPECT_EQ(read_keep_alive("-5m"), kForever);
  EXPECT_EQ(read_keep_alive("0"), seconds(0));
  EXPECT_EQ(read_keep_alive("99999999999"), kForever);
  ASSERT_FALSE(read_keep_alive("soon"));
  EXPECT_EQ(read_keep_alive("soon").error().message, R"(time: invalid duration "soon")");
}

}  // namespace
}  // namespace axllama::ollama
