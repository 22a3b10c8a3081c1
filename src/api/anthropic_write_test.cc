#include <gtest/gtest.h>

#include "api/anthropic.h"

namespace axllama::anthropic {
namespace {

const Done kDone{DoneReason::kStop, 26, 20, 5};
const std::string kUsage = R"("usage":{"input_tokens":6,"cache_creation_input_tokens":0,)"
                           R"("cache_read_input_tokens":20,"output_tokens":5})";

AnswerWriter writer() {
  return {"Qwen3", "msg_1", {"END"}};
}

std::string event(const std::string& type, const std::string& rest) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" +
         (rest.empty() ? "" : "," + rest) + "}\n\n";
}

std::string start(int index, const std::string& block) {
  return event("content_block_start",
               "\"index\":" + std::to_string(index) + ",\"content_block\":" + block);
}

std::string delta(int index, const std::string& what) {
  return event("content_block_delta", "\"index\":" + std::to_string(index) + ",\"delta\":" + what);
}

std::string stop(int index) {
  return event("content_block_stop", "\"index\":" + std::to_string(index));
}

std::string end(const std::string& reason, const std::string& sequence = "null") {
  return event("message_delta", R"("delta":{"stop_reason":")" + reason + R"(","stop_sequence":)" +
                                    sequence + "}," + kUsage) +
         event("message_stop", "");
}

const std::string kBegin =
    event("message_start",
          R"("message":{"id":"msg_1","type":"message","role":"assistant","model":"Qwen3",)"
          R"("content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":6,)"
          R"("cache_creation_input_tokens":0,"cache_read_input_tokens":20,"output_tokens":0}})");

TEST(AnthropicStream, blocks_follow_one_another) {
  AnswerWriter out = writer();
  EXPECT_EQ(out.line(Started{26, 20}), kBegin);
  EXPECT_EQ(out.line(Thinking{"h"}),
            start(0, R"({"type":"thinking","thinking":"","signature":""})") +
                delta(0, R"({"type":"thinking_delta","thinking":"h"})"));
  EXPECT_EQ(out.line(Thinking{"m"}), delta(0, R"({"type":"thinking_delta","thinking":"m"})"));
  EXPECT_EQ(out.line(Content{"Hi"}), stop(0) + start(1, R"({"type":"text","text":""})") +
                                         delta(1, R"({"type":"text_delta","text":"Hi"})"));
  EXPECT_EQ(out.line(kDone), stop(1) + end("end_turn"));
}

TEST(AnthropicStream, each_call_is_a_block) {
  AnswerWriter out = writer();
  out.line(Started{26, 20});
  out.line(Content{"Hi"});
  const ToolCalls calls{{{"c1", 0, "f", R"({"b": "<"})"}, {"c2", 1, "g", "oops"}}};
  EXPECT_EQ(out.line(calls),
            stop(0) + start(1, R"({"type":"tool_use","id":"c1","name":"f","input":{}})") +
                delta(1, R"({"type":"input_json_delta","partial_json":"{\"b\":\"\u003c\"}"})") +
                stop(1) + start(2, R"({"type":"tool_use","id":"c2","name":"g","input":{}})") +
                delta(2, R"({"type":"input_json_delta","partial_json":"{}"})") + stop(2));
  EXPECT_EQ(out.line(kDone), end("tool_use"));
}

TEST(AnthropicStream, an_empty_answer_has_no_blocks) {
  AnswerWriter out = writer();
  EXPECT_EQ(out.line(Content{""}).find("content_block"), std::string::npos);
  EXPECT_EQ(out.line(kDone), end("end_turn"));
  AnswerWriter other = writer();
  EXPECT_EQ(other.line(kDone), kBegin + end("end_turn"));
}

TEST(AnthropicStream, a_failure_is_an_event) {
  AnswerWriter out = writer();
  out.line(Started{});
  const std::string line = out.line(Failed{{ErrorCode::kInternal, "oops"}});
  EXPECT_TRUE(
      line.starts_with("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                       "\"api_error\",\"message\":\"oops\"},\"request_id\":\"req_"))
      << line;
}

TEST(AnthropicStop, says_why_the_answer_ended) {
  const auto reason = [](Done done, bool calls = false) {
    AnswerWriter out = writer();
    if (calls) out.line(ToolCalls{{{"c", 0, "f", "{}"}}});
    const std::string text = out.line(done);
    const size_t at = text.find("stop_reason\":\"");
    return text.substr(at + 14, text.find(",\"usage", at) - at - 14);
  };
  EXPECT_EQ(reason({DoneReason::kLength}), R"(max_tokens","stop_sequence":null})");
  EXPECT_EQ(reason({.stop = "END"}), R"(stop_sequence","stop_sequence":"END"})");
  // A stop string of the model's own is no sequence of the client's.
  EXPECT_EQ(reason({.stop = "<|im_end|>"}), R"(end_turn","stop_sequence":null})");
  EXPECT_EQ(reason({.stop = "END"}, true), R"(tool_use","stop_sequence":null})");
}

TEST(AnthropicWhole, has_all_blocks) {
  AnswerWriter out = writer();
  for (const Event& event :
       std::vector<Event>{Started{}, Thinking{"h"}, Thinking{"m"}, Content{"Hi "}, Content{"there"},
                          ToolCalls{{{"c1", 0, "f", R"({"a":1})"}}}, kDone}) {
    out.gather(event);
  }
  EXPECT_EQ(
      out.whole(),
      R"({"id":"msg_1","type":"message","role":"assistant","model":"Qwen3","content":[)"
      R"({"type":"thinking","thinking":"hm","signature":""},{"type":"text","text":"Hi there"},)"
      R"({"type":"tool_use","id":"c1","name":"f","input":{"a":1}}],"stop_reason":"tool_use",)"
      R"("stop_sequence":null,)" +
          kUsage + "}");
}

TEST(AnthropicWhole, an_empty_answer_is_an_empty_list) {
  AnswerWriter out = writer();
  out.gather(kDone);
  EXPECT_NE(out.whole().find(R"("content":[],"stop_reason":"end_turn")"), std::string::npos);
}

TEST(AnthropicReplies, the_type_of_an_error_follows_from_its_status) {
  const auto body = [](const std::string& type) {
    return R"({"type":"error","error":{"type":")" + type + R"(","message":"m"},"request_id":"r"})";
  };
  EXPECT_EQ(error_body({ErrorCode::kInvalidArgument, "m"}, "r"), body("invalid_request_error"));
  EXPECT_EQ(error_body({ErrorCode::kNotFound, "m"}, "r"), body("not_found_error"));
  EXPECT_EQ(error_body({ErrorCode::kForbidden, "m"}, "r"), body("permission_error"));
  EXPECT_EQ(error_body({ErrorCode::kTooLarge, "m"}, "r"), body("request_too_large"));
  EXPECT_EQ(error_body({ErrorCode::kBusy, "m"}, "r"), body("overloaded_error"));
  EXPECT_EQ(error_body({ErrorCode::kInternal, "m"}, "r"), body("api_error"));
  EXPECT_EQ(count_body(7), R"({"input_tokens":7})");
}

}  // namespace
}  // namespace axllama::anthropic
