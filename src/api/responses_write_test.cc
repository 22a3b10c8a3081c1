#include <gtest/gtest.h>

#include "api/json_document.h"
#include "api/responses.h"

namespace axllama::responses {
namespace {

const Done kDone{DoneReason::kStop, 26, 20, 5};

AnswerWriter writer(Echo echo = {}) {
  const std::chrono::system_clock::time_point time(std::chrono::seconds(9));
  return {"Qwen3", {"resp_0f", time}, std::move(echo)};
}

std::string response(const std::string& status, const std::string& output,
                     const std::string& usage = "null", const std::string& error = "null",
                     const std::string& incomplete = "null") {
  return R"({"id":"resp_0f","object":"response","created_at":9,"status":")" + status +
         R"(","background":false,"error":)" + error + R"(,"incomplete_details":)" + incomplete +
         R"(,"instructions":null,"max_output_tokens":null,"model":"Qwen3","output":[)" + output +
         R"(],"parallel_tool_calls":true,"previous_response_id":null,"reasoning":{"effort":null,)"
         R"("summary":null},"store":false,"temperature":null,"text":{"format":{"type":"text"}},)"
         R"("tool_choice":"auto","tools":[],"top_logprobs":0,"top_p":null,"truncation":"auto",)"
         R"("usage":)" +
         usage + R"(,"metadata":{}})";
}

const std::string kUsage = R"({"input_tokens":26,"input_tokens_details":{"cached_tokens":20},)"
                           R"("output_tokens":5,"output_tokens_details":{"reasoning_tokens":0},)"
                           R"("total_tokens":31})";

// Events in order: name and all of the data behind the sequence number, which is checked.
class Stream {
 public:
  explicit Stream(std::string text) : text_(std::move(text)) {}
  void expect(const std::string& name, const std::string& rest) {
    const std::string type = "response." + name;
    const std::string wanted = "event: " + type + "\ndata: {\"type\":\"" + type +
                               "\",\"sequence_number\":" + std::to_string(number_++) + "," + rest +
                               "}\n\n";
    EXPECT_EQ(text_.substr(0, wanted.size()), wanted);
    text_.erase(0, wanted.size());
  }
  void expect_end() const { EXPECT_EQ(text_, ""); }

 private:
  std::string text_;
  int number_ = 0;
};

std::string run(AnswerWriter& out, const std::vector<Event>& events) {
  std::string text;
  for (const Event& event : events) text += out.line(event);
  return text;
}

TEST(ResponsesStream, a_message_is_opened_filled_and_closed) {
  AnswerWriter out = writer();
  Stream stream(run(out, {Started{}, Content{"Hi"}, Content{"!"}, kDone}));
  const auto message = [](const std::string& status, const std::string& content) {
    return R"({"id":"msg_0f_0","type":"message","status":")" + status +
           R"(","role":"assistant","content":[)" + content + "]}";
  };
  const auto part = [](const std::string& text) {
    return R"({"type":"output_text","text":")" + text + R"(","annotations":[],"logprobs":[]})";
  };
  const std::string place = R"("item_id":"msg_0f_0","output_index":0,"content_index":0,)";
  stream.expect("created", "\"response\":" + response("in_progress", ""));
  stream.expect("in_progress", "\"response\":" + response("in_progress", ""));
  stream.expect("output_item.added", R"("output_index":0,"item":)" + message("in_progress", ""));
  stream.expect("content_part.added", place + "\"part\":" + part(""));
  stream.expect("output_text.delta", place + R"("delta":"Hi","logprobs":[])");
  stream.expect("output_text.delta", place + R"("delta":"!","logprobs":[])");
  stream.expect("output_text.done", place + R"("text":"Hi!","logprobs":[])");
  stream.expect("content_part.done", place + "\"part\":" + part("Hi!"));
  const std::string complete = message("completed", part("Hi!"));
  stream.expect("output_item.done", R"("output_index":0,"item":)" + complete);
  stream.expect("completed", "\"response\":" + response("completed", complete, kUsage));
  stream.expect_end();
  EXPECT_EQ(out.whole(), response("completed", complete, kUsage));
}

TEST(ResponsesStream, reasoning_is_a_summary_before_the_message) {
  AnswerWriter out = writer();
  out.line(Started{});
  const std::string text = run(out, {Thinking{"h"}, Thinking{"m"}, Content{"Hi"}});
  const std::string place = R"("item_id":"rs_0f_0","output_index":0,"summary_index":0,)";
  for (const std::string& wanted :
       {R"("output_index":0,"item":{"id":"rs_0f_0","type":"reasoning","summary":[]}})" +
            std::string(),
        place + R"("part":{"type":"summary_text","text":""}})", place + R"("delta":"m"})",
        place + R"("text":"hm"})", place + R"("part":{"type":"summary_text","text":"hm"}})",
        std::string(R"("item":{"id":"rs_0f_0","type":"reasoning","summary":[{"type":)"
                    R"("summary_text","text":"hm"}]}})"),
        std::string(R"("output_index":1,"item":{"id":"msg_0f_1")")}) {
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted << "\n" << text;
  }
}

TEST(ResponsesStream, each_call_is_an_item) {
  AnswerWriter out = writer();
  out.line(Started{});
  const std::string text =
      run(out, {ToolCalls{{{"c1", 0, "f", R"({"a":1})"}, {"c2", 1, "g", ""}}}});
  const auto item = [](const std::string& status, const std::string& arguments) {
    return R"({"id":"fc_0f_0","type":"function_call","status":")" + status +
           R"(","call_id":"c1","name":"f","arguments":")" + arguments + "\"}";
  };
  const std::string place = R"("item_id":"fc_0f_0","output_index":0,)";
  for (const std::string& wanted :
       {R"("output_index":0,"item":)" + item("in_progress", ""), place + R"("delta":"{\"a\":1}"})",
        place + R"("name":"f","arguments":"{\"a\":1}"})",
        R"("output_index":0,"item":)" + item("completed", R"({\"a\":1})"),
        std::string(R"("output_index":1,"item":{"id":"fc_0f_1")")}) {
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted << "\n" << text;
  }
}

TEST(ResponsesStream, an_answer_that_was_cut_is_incomplete) {
  AnswerWriter out = writer();
  const std::string text =
      run(out, {Started{}, Content{"Hi"}, Done{DoneReason::kLength, 26, 20, 5}});
  EXPECT_NE(text.find("event: response.incomplete\n"), std::string::npos);
  EXPECT_NE(out.whole().find(R"("status":"incomplete","background":false,"error":null,)"
                             R"("incomplete_details":{"reason":"max_output_tokens"})"),
            std::string::npos);
  EXPECT_NE(out.whole().find(R"("type":"message","status":"incomplete")"), std::string::npos);
}

TEST(ResponsesStream, a_failure_is_the_last_event) {
  AnswerWriter out = writer();
  out.line(Started{});
  Stream stream(out.line(Failed{{ErrorCode::kInternal, "oops"}}));
  EXPECT_NE(out.whole().find(R"("status":"failed")"), std::string::npos);
  EXPECT_NE(out.whole().find(R"("error":{"code":"server_error","message":"oops"})"),
            std::string::npos);
}

TEST(ResponsesStream, logprobs_stand_beside_their_text) {
  AnswerWriter out = writer();
  const std::string text =
      run(out, {Started{}, Content{"", {{"x", -1}}}, Content{"a", {{"a", -0.5, {{"a", -0.5}}}}},
                Content{"b", {{"b", -2}}}, kDone});
  const std::string a = R"({"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":[{"token":"a",)"
                        R"("logprob":-0.5,"bytes":[97]}]})";
  const std::string b = R"({"token":"b","logprob":-2,"bytes":[98],"top_logprobs":[]})";
  EXPECT_NE(text.find(R"("delta":"a","logprobs":[)" + a + "]"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("text":"ab","logprobs":[)" + a + "," + b + "]"), std::string::npos)
      << text;
}

TEST(ResponsesWhole, repeats_the_request) {
  Echo echo;
  echo.instructions = "A";
  echo.max_output_tokens = 7;
  echo.temperature = 0.5;
  echo.tools = R"([{"type":"function","name":"f"}])";
  echo.metadata = R"({"a":"b"})";
  const std::string text = writer(echo).whole();
  for (const char* wanted :
       {R"("instructions":"A")", R"("max_output_tokens":7)", R"("temperature":0.5)",
        R"("tools":[{"type":"function","name":"f"}])", R"("metadata":{"a":"b"})"}) {
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted;
  }
}

}  // namespace
}  // namespace axllama::responses
