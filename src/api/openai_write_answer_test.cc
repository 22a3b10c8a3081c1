#include <gtest/gtest.h>

#include "api/json_document.h"
#include "api/openai.h"

namespace axllama::openai {
namespace {

using Route = AnswerWriter::Route;

AnswerWriter writer(Route route, bool include_usage = false, int64_t choices = 1) {
  return {route,
          "Qwen3",
          {"id-1", std::chrono::system_clock::time_point(std::chrono::seconds(9))},
          include_usage,
          choices};
}

const Done kDone{DoneReason::kStop, 26, 20, 5};
const std::string kUsage = R"("usage":{"prompt_tokens":26,"completion_tokens":5,"total_tokens":31,)"
                           R"("prompt_tokens_details":{"cached_tokens":20}})";

std::string head(const std::string& object) {
  return R"({"id":"id-1","object":")" + object +
         R"(","created":9,"model":"Qwen3","system_fingerprint":"fp_ollama","choices":[)";
}

// A chunk of a chat: its delta, and what follows in its choice.
std::string chat_chunk(const std::string& delta, const std::string& rest) {
  return "data: " + head("chat.completion.chunk") + R"({"index":0,"delta":)" + delta + "," + rest +
         "}]}\n\n";
}

std::string text_chunk(const std::string& text, const std::string& rest) {
  return "data: " + head("text_completion") + R"({"text":")" + text + R"(","index":0,)" + rest +
         "}]}\n\n";
}

const std::string kNotFinished = R"("finish_reason":null)";
const std::string kEnd = "data: [DONE]\n\n";

std::string finished(const std::string& reason) {
  return R"("finish_reason":")" + reason + "\"";
}

TEST(OpenAiChatStream, only_the_first_chunk_tells_the_role) {
  AnswerWriter out = writer(Route::kChat);
  EXPECT_EQ(out.line(Started{}), "");
  EXPECT_EQ(out.line(Content{"Hi\n"}),
            chat_chunk(R"({"role":"assistant","content":"Hi\n"})", kNotFinished));
  EXPECT_EQ(out.line(Content{"<b>"}), chat_chunk(R"({"content":"\u003cb\u003e"})", kNotFinished));
}

TEST(OpenAiChatStream, thinking_is_reasoning) {
  AnswerWriter out = writer(Route::kChat);
  EXPECT_EQ(out.line(Thinking{"hm"}),
            chat_chunk(R"({"role":"assistant","content":"","reasoning":"hm"})", kNotFinished));
}

TEST(OpenAiChatStream, the_end_is_a_chunk_of_its_own) {
  AnswerWriter out = writer(Route::kChat);
  out.line(Content{"Hi"});
  EXPECT_EQ(out.line(kDone), chat_chunk("{}", finished("stop")) + kEnd);
}

TEST(OpenAiChatStream, an_empty_answer_has_a_role_too) {
  AnswerWriter out = writer(Route::kChat);
  EXPECT_EQ(out.line(Done{DoneReason::kLength}),
            chat_chunk(R"({"role":"assistant","content":""})", finished("length")) + kEnd);
}

TEST(OpenAiChatStream, usage_comes_without_choices_when_it_is_wanted) {
  AnswerWriter out = writer(Route::kChat, true);
  out.line(Content{"Hi"});
  EXPECT_EQ(out.line(kDone), chat_chunk("{}", finished("stop")) + "data: " +
                                 head("chat.completion.chunk") + "]," + kUsage + "}\n\n" + kEnd);
}

TEST(OpenAiChatStream, tool_calls_have_arguments_as_text) {
  AnswerWriter out = writer(Route::kChat);
  const ToolCalls calls{{{"call_1", 0, "f", R"({"b": "<", "a": [1, 2]})"}, {"c2", 1, "g", "oops"}}};
  EXPECT_EQ(
      out.line(calls),
      chat_chunk(
          R"({"role":"assistant","content":"","tool_calls":[)"
          R"({"id":"call_1","index":0,"type":"function","function":{"name":"f",)"
          R"("arguments":"{\"b\":\"\u003c\",\"a\":[1,2]}"}},)"
          R"({"id":"c2","index":1,"type":"function","function":{"name":"g","arguments":"{}"}}]})",
          kNotFinished));
  EXPECT_EQ(out.line(kDone), chat_chunk("{}", finished("tool_calls")) + kEnd);
}

TEST(OpenAiChatStream, logprobs_have_bytes_and_alternatives) {
  AnswerWriter out = writer(Route::kChat);
  EXPECT_EQ(out.line(Content{"é", {{"é", -0.5, {{"\xC3", -1}}}, {"", -2}}}),
            chat_chunk(R"({"role":"assistant","content":"é"})",
                       R"("finish_reason":null,"logprobs":{"content":[)"
                       R"({"token":"é","logprob":-0.5,"bytes":[195,169],"top_logprobs":[)"
                       R"({"token":"\ufffd","logprob":-1,"bytes":[195]}]},)"
                       R"({"token":"","logprob":-2,"bytes":[],"top_logprobs":[]}]})"));
}

TEST(OpenAiChatStream, a_failure_is_an_error_object_and_the_end) {
  AnswerWriter out = writer(Route::kChat);
  out.line(Content{"Hi"});
  EXPECT_EQ(out.line(Failed{{ErrorCode::kInternal, "it broke"}}),
            R"(data: {"error":{"message":"it broke","type":"api_error","param":null,"code":null}})"
            "\n\n" +
                kEnd);
}

TEST(OpenAiChatStream, broken_text_never_breaks_an_event) {
  AnswerWriter out = writer(Route::kChat);
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  std::string line = out.line(ToolCalls{{{bytes, 0, bytes, "{\"" + bytes}}});
  ASSERT_TRUE(line.starts_with("data: ") && line.ends_with("\n\n"));
  line = line.substr(6, line.size() - 8);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(json::is_object(line));
}

TEST(OpenAiCompletionStream, chunks_have_text_and_no_thinking) {
  AnswerWriter out = writer(Route::kCompletion, true);
  EXPECT_EQ(out.line(Thinking{"hm"}), "");
  EXPECT_EQ(out.line(Content{"Hi"}), text_chunk("Hi", kNotFinished));
  EXPECT_EQ(out.line(kDone), text_chunk("", finished("stop")) + "data: " + head("text_completion") +
                                 "]," + kUsage + "}\n\n" + kEnd);
}

TEST(OpenAiCompletionStream, logprobs_tell_where_each_token_begins) {
  AnswerWriter out = writer(Route::kCompletion);
  EXPECT_EQ(out.line(Content{"éa", {{"é", -1, {{"e", -2}, {"é", -1}}}, {"a", -3}}}),
            text_chunk("éa", R"("finish_reason":null,"logprobs":{"tokens":["é","a"],)"
                             R"("token_logprobs":[-1,-3],"top_logprobs":[{"e":-2,"é":-1},{}],)"
                             R"("text_offset":[0,1]})"));
  EXPECT_EQ(out.line(Content{"b", {{"b", -4}}}),
            text_chunk("b", R"("finish_reason":null,"logprobs":{"tokens":["b"],)"
                            R"("token_logprobs":[-4],"top_logprobs":[{}],"text_offset":[2]})"));
}

TEST(OpenAiCompletionStream, markup_takes_no_place_in_the_text) {
  AnswerWriter out = writer(Route::kCompletion);
  EXPECT_EQ(out.line(Content{"", {{"<think>", -1}}}),
            text_chunk("", R"("finish_reason":null,"logprobs":{"tokens":["\u003cthink\u003e"],)"
                           R"("token_logprobs":[-1],"top_logprobs":[{}],"text_offset":[0]})"));
  EXPECT_EQ(out.line(Content{"b", {{"b", -4}}}),
            text_chunk("b", R"("finish_reason":null,"logprobs":{"tokens":["b"],)"
                            R"("token_logprobs":[-4],"top_logprobs":[{}],"text_offset":[0]})"));
}

TEST(OpenAiChoices, follow_one_another_in_a_stream_and_the_prompt_counts_once) {
  AnswerWriter out = writer(Route::kChat, true, 2);
  const auto second = [](std::string chunk) {
    return chunk.replace(chunk.find("\"index\":0"), 9, "\"index\":1");
  };
  out.line(Content{"a"});
  EXPECT_EQ(out.line(kDone), chat_chunk("{}", finished("stop")));
  EXPECT_EQ(out.line(Started{}), "");
  EXPECT_EQ(out.line(Content{"b"}),
            second(chat_chunk(R"({"role":"assistant","content":"b"})", kNotFinished)));
  std::string usage = kUsage;
  usage.replace(usage.find(":5,"), 3, ":10,").replace(usage.find(":31,"), 4, ":36,");
  EXPECT_EQ(out.line(Done{DoneReason::kLength, 26, 26, 5}),
            second(chat_chunk("{}", finished("length"))) +
                "data: " + head("chat.completion.chunk") + "]," + usage + "}\n\n" + kEnd);
}

TEST(OpenAiChoices, are_a_list_in_a_whole_answer) {
  AnswerWriter out = writer(Route::kCompletion, false, 2);
  for (const Event& event : std::vector<Event>{Content{"a", {{"a", -1}}}, kDone, Content{"b"},
                                               Done{DoneReason::kLength, 26, 26, 2}}) {
    out.gather(event);
  }
  EXPECT_EQ(out.whole(),
            head("text_completion") +
                R"({"text":"a","index":0,"finish_reason":"stop","logprobs":{"tokens":["a"],)"
                R"("token_logprobs":[-1],"top_logprobs":[{}],"text_offset":[0]}},)"
                R"({"text":"b","index":1,"finish_reason":"length"}],"usage":{"prompt_tokens":26,)"
                R"("completion_tokens":7,"total_tokens":33,)"
                R"("prompt_tokens_details":{"cached_tokens":20}}})");
}

TEST(OpenAiWholeAnswer, a_chat_is_one_message) {
  AnswerWriter out = writer(Route::kChat);
  for (const Event& event : std::vector<Event>{Started{}, Thinking{"a"}, Thinking{"b"},
                                               Content{"c", {{"c", -2}}}, Content{"d"}, kDone}) {
    out.gather(event);
  }
  EXPECT_EQ(out.whole(),
            head("chat.completion") +
                R"({"index":0,"message":{"role":"assistant","content":"cd","reasoning":"ab"},)"
                R"("finish_reason":"stop","logprobs":{"content":[)"
                R"({"token":"c","logprob":-2,"bytes":[99],"top_logprobs":[]}]}}],)" +
                kUsage + "}");
}

TEST(OpenAiWholeAnswer, tool_calls_are_the_reason_of_the_end) {
  AnswerWriter out = writer(Route::kChat);
  out.gather(ToolCalls{{{"1", 0, "f", "{}"}}});
  out.gather(kDone);
  EXPECT_EQ(out.whole(),
            head("chat.completion") +
                R"({"index":0,"message":{"role":"assistant","content":"","tool_calls":[)"
                R"({"id":"1","index":0,"type":"function","function":{"name":"f",)"
                R"("arguments":"{}"}}]},"finish_reason":"tool_calls"}],)" +
                kUsage + "}");
}

TEST(OpenAiWholeAnswer, a_completion_is_one_text_without_thinking) {
  AnswerWriter out = writer(Route::kCompletion);
  for (const Event& event :
       std::vector<Event>{Thinking{"a", {{"a", -1}}}, Content{"c", {{"c", -2}}},
                          Content{"d", {{"d", -3}}}, kDone}) {
    out.gather(event);
  }
  EXPECT_EQ(out.whole(),
            head("text_completion") +
                R"({"text":"cd","index":0,"finish_reason":"stop","logprobs":{)"
                R"("tokens":["c","d"],"token_logprobs":[-2,-3],"top_logprobs":[{},{}],)"
                R"("text_offset":[0,1]}}],)" +
                kUsage + "}");
}

}  // namespace
}  // namespace axllama::openai
