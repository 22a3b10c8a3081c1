#include <gtest/gtest.h>

#include <regex>

#include "api/json_document.h"
#include "api/ollama.h"

namespace axllama::ollama {
namespace {

using Route = AnswerWriter::Route;
using std::chrono::nanoseconds;

// The time of writing and the time taken can't be foretold: "T" and 1 stand for them.
std::string settled(const std::string& text) {
  static const std::regex kCreated(R"("created_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")");
  static const std::regex kTotal(R"("total_duration":\d+)");
  return std::regex_replace(std::regex_replace(text, kCreated, R"("created_at":"T")"), kTotal,
                            R"("total_duration":1)");
}

AnswerWriter writer(Route route) {
  return {route, "Qwen3", std::chrono::steady_clock::now()};
}

Done done() {
  return {DoneReason::kStop, 26, 20, 5, nanoseconds(130), nanoseconds(4700), {1, 2, 3}};
}

const std::string kGenerate = R"({"model":"Qwen3","created_at":"T","response":)";
const std::string kChat = R"({"model":"Qwen3","created_at":"T","message":)";

TEST(GenerateLine, pieces_carry_text_thinking_and_logprobs) {
  AnswerWriter out = writer(Route::kGenerate);
  EXPECT_EQ(out.line(Started{}), "");
  EXPECT_EQ(settled(out.line(Content{"Hi <b>"})),
            kGenerate + "\"Hi \\u003cb\\u003e\",\"done\":false}\n");
  EXPECT_EQ(settled(out.line(Thinking{"hm"})),
            kGenerate + R"("","thinking":"hm","done":false})" + "\n");
  EXPECT_EQ(settled(out.line(Content{"", {{"\xC3", -0.5, {{"é", -0.25}, {"", -1e-7}}}}})),
            kGenerate +
                R"("","done":false,"logprobs":[{"token":"\ufffd","logprob":-0.5,"bytes":[195],)"
                R"("top_logprobs":[{"token":"é","logprob":-0.25,"bytes":[195,169]},)"
                R"({"token":"","logprob":-1e-7}]}]})"
                "\n");
}

TEST(GenerateLine, the_last_one_carries_reason_context_and_metrics) {
  AnswerWriter out = writer(Route::kGenerate);
  out.set_load_time(nanoseconds(77));
  EXPECT_EQ(settled(out.line(done())),
            kGenerate +
                R"("","done":true,"done_reason":"stop","context":[1,2,3],"total_duration":1,)"
                R"("load_duration":77,"prompt_eval_count":26,"prompt_eval_cached_count":20,)"
                R"("prompt_eval_duration":130,"eval_count":5,"eval_duration":4700})"
                "\n");
}

TEST(GenerateLine, metrics_of_zero_are_left_out_but_for_the_cached_tokens) {
  AnswerWriter out = writer(Route::kGenerate);
  Done empty;
  empty.reason = DoneReason::kLength;
  EXPECT_EQ(settled(out.line(empty)),
            kGenerate + R"("","done":true,"done_reason":"length","total_duration":1,)"
                        R"("prompt_eval_cached_count":0})"
                        "\n");
}

TEST(ChatLine, pieces_are_messages_of_the_assistant) {
  AnswerWriter out = writer(Route::kChat);
  EXPECT_EQ(settled(out.line(Content{"Hi"})),
            kChat + R"({"role":"assistant","content":"Hi"},"done":false})" + "\n");
  EXPECT_EQ(settled(out.line(Thinking{"hm", {{"hm", -1}}})),
            kChat +
                R"({"role":"assistant","content":"","thinking":"hm"},"done":false,)"
                R"("logprobs":[{"token":"hm","logprob":-1,"bytes":[104,109]}]})" +
                "\n");
}

TEST(ChatLine, tool_calls_have_arguments_as_an_object) {
  AnswerWriter out = writer(Route::kChat);
  const ToolCalls calls{{{"call_1", 0, "f", R"({"b": "<", "a": [1, 2]})"}, {"", 1, "g", "oops"}}};
  EXPECT_EQ(settled(out.line(calls)),
            kChat +
                R"({"role":"assistant","content":"","tool_calls":[)"
                R"({"id":"call_1","function":{"index":0,"name":"f",)"
                R"("arguments":{"b":"\u003c","a":[1,2]}}},)"
                R"({"function":{"index":1,"name":"g","arguments":{}}}]},"done":false})" +
                "\n");
}

TEST(ChatLine, the_last_one_carries_reason_and_metrics) {
  AnswerWriter out = writer(Route::kChat);
  EXPECT_EQ(settled(out.line(done())),
            kChat +
                R"({"role":"assistant","content":""},"done":true,"done_reason":"stop",)"
                R"("total_duration":1,"prompt_eval_count":26,"prompt_eval_cached_count":20,)"
                R"("prompt_eval_duration":130,"eval_count":5,"eval_duration":4700})" +
                "\n");
}

TEST(ChatLine, a_failure_is_an_error_line) {
  AnswerWriter out = writer(Route::kChat);
  EXPECT_EQ(out.line(Failed{{ErrorCode::kUnavailable, "runner \"x\" died", "see the log"}}),
            "{\"error\":\"runner \\\"x\\\" died\"}\n");
}

TEST(ChatLine, broken_text_never_breaks_the_line) {
  AnswerWriter out = writer(Route::kChat);
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  const std::string line = out.line(ToolCalls{{{bytes, 0, bytes, "{\"" + bytes}}});
  EXPECT_TRUE(json::is_object(line));
}

TEST(WholeAnswer, pieces_are_joined) {
  AnswerWriter out = writer(Route::kChat);
  for (const Event& event :
       std::vector<Event>{Started{}, Thinking{"a", {{"a", -1}}}, Thinking{"b"},
                          Content{"c", {{"c", -2}}}, ToolCalls{{{"1", 0, "f", "{}"}}}, Content{"d"},
                          ToolCalls{{{"2", 1, "g", "{}"}}}, done()}) {
    out.gather(event);
  }
  EXPECT_EQ(settled(out.whole()),
            kChat + R"({"role":"assistant","content":"cd","thinking":"ab","tool_calls":[)"
                    R"({"id":"1","function":{"index":0,"name":"f","arguments":{}}},)"
                    R"({"id":"2","function":{"index":1,"name":"g","arguments":{}}}]},)"
                    R"("done":true,"done_reason":"stop",)"
                    R"("logprobs":[{"token":"a","logprob":-1,"bytes":[97]},)"
                    R"({"token":"c","logprob":-2,"bytes":[99]}],)"
                    R"("total_duration":1,"prompt_eval_count":26,"prompt_eval_cached_count":20,)"
                    R"("prompt_eval_duration":130,"eval_count":5,"eval_duration":4700})");
}

TEST(WholeAnswer, generate_has_the_text_as_response) {
  AnswerWriter out = writer(Route::kGenerate);
  out.gather(Content{"x"});
  Done end;
  end.prompt_tokens = 3;
  out.gather(end);
  EXPECT_EQ(settled(out.whole()), kGenerate +
                                      R"("x","done":true,"done_reason":"stop","total_duration":1,)"
                                      R"("prompt_eval_count":3,"prompt_eval_cached_count":0})");
}

TEST(WholeAnswer, loading_is_one_object_without_metrics) {
  EXPECT_EQ(settled(writer(Route::kGenerate).loaded("load")),
            kGenerate + R"("","done":true,"done_reason":"load"})");
  EXPECT_EQ(settled(writer(Route::kChat).loaded("unload")),
            kChat + R"({"role":"assistant","content":""},"done":true,"done_reason":"unload"})");
}

TEST(WholeAnswer, a_rendered_prompt_is_debug_info) {
  EXPECT_EQ(settled(writer(Route::kGenerate).rendered("<|im|>", 2)),
            kGenerate +
                R"("","done":false,)"
                R"("_debug_info":{"rendered_template":"\u003c|im|\u003e","image_count":2}})");
  EXPECT_EQ(settled(writer(Route::kChat).rendered("p", 0)),
            kChat + R"({"role":"","content":""},"done":false,)"
                    R"("_debug_info":{"rendered_template":"p"}})");
}

TEST(SmallAnswers, errors_and_statuses_are_one_object) {
  EXPECT_EQ(error_body("model 'x' not found"), R"({"error":"model 'x' not found"})");
  EXPECT_EQ(status_line("success"), "{\"status\":\"success\"}\n");
}

}  // namespace
}  // namespace axllama::ollama
