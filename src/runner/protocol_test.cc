#include "runner/protocol.h"

#include <gtest/gtest.h>

namespace axllama::runner {
namespace {

ChatRequest full_chat() {
  ChatRequest request;
  request.messages = {
      {.role = "system", .content = "be brief"},
      {.role = "assistant",
       .content = "",
       .thinking = "hm",
       .tool_calls = {{.id = "call_1", .index = 0, .name = "f", .arguments = R"({"b":1,"a":2})"}}},
      {.role = "tool", .content = "42", .tool_name = "f", .tool_call_id = "call_1"}};
  request.suffix = "end";
  request.go_template = "{{ .Prompt }}";
  request.tools = {{.name = "f", .description = "d", .parameters = R"({"type":"object"})"}};
  request.think = Think{.on = true, .level = "high"};
  request.tool_choice = ToolChoice::kRequired;
  request.parallel_calls = false;
  request.context = {1, 2, 3};
  request.want_context = true;
  request.settings.options.seed = 7;
  request.settings.options.temperature = 0.25;
  request.settings.options.stop = {"a", "b"};
  request.settings.format = {.kind = Format::Kind::kSchema, .schema = "{}"};
  request.settings.shift = false;
  request.settings.logprobs = true;
  request.settings.top_logprobs = 3;
  request.settings.logit_bias = {{7, -100}, {9, 0.5}};
  return request;
}

TEST(Protocol, chat_request_comes_back_as_it_went) {
  EXPECT_EQ(*decode_chat_request(encode(full_chat())), full_chat());
}

TEST(Protocol, absent_think_stays_absent) {
  EXPECT_FALSE(decode_chat_request(encode(ChatRequest{}))->think.has_value());
}

TEST(Protocol, images_come_back_as_they_went) {
  const std::string bytes("\xff\0\n\"", 4);
  ChatRequest chat{
      .messages = {
          {.role = "user", .content = "see", .images = {bytes, ""}, .image_places = {0, 3}}}};
  EXPECT_EQ(*decode_chat_request(encode(chat)), chat);
  const TextRequest text{.prompt = "[img-0]", .images = {bytes}};
  EXPECT_EQ(*decode_text_request(encode(text)), text);
  EXPECT_FALSE(decode_text_request(R"({"prompt":"x","images":["*"]})"));
  EXPECT_FALSE(decode_text_request(R"({"prompt":"x","images":[5]})"));
}

TEST(Protocol, every_event_comes_back_as_it_went) {
  const std::vector<Event> events = {
      Started{5, 3},
      Thinking{"hm", {{"h", -0.5, {{"h", -0.5}, {"\xc3", -1.5}}}}},
      Content{"é\n\"<"},
      ToolCalls{{{.id = "x", .index = 1, .name = "f", .arguments = "{}"}}},
      Done{DoneReason::kLength, 5, 3, 2, Nanoseconds(7), Nanoseconds(9), {1, 2}, "END", 1},
      Failed{{ErrorCode::kNoMemory, "no", "buy more"}}};
  for (const Event& event : events) EXPECT_EQ(*decode_event(encode(event)), event);
}

TEST(Protocol, an_event_is_one_line) {
  EXPECT_EQ(encode(Event(Content{"a\nb"})).find('\n'), std::string::npos);
}

TEST(Protocol, load_and_health_come_back_as_they_went) {
  const LoadRequest load{.model = "m.gguf",
                         .projector = "p.gguf",
                         .adapter = "a.gguf",
                         .template_jinja = "x",
                         .template_go = "y",
                         .context = 9,
                         .slots = 2,
                         .batch = 3,
                         .threads = 4,
                         .use_mmap = false,
                         .park_bytes = int64_t{5} << 30};
  EXPECT_EQ(*decode_load_request(encode(load)), load);
  LoadEvent event{.share = 0.5};
  EXPECT_EQ(*decode_load_event(encode(event)), event);
  event.ready = RunnerInfo{.engine = "llama", .context = 5, .tools = true, .host_bytes = 1};
  EXPECT_EQ(*decode_load_event(encode(event)), event);
  const Health health{
      .status = "ready", .active = 1, .queued = 2, .parked_bytes = 3, .info = event.ready};
  EXPECT_EQ(*decode_health(encode(health)), health);
}

TEST(ParkSize, by_default_is_a_share_of_the_hosts_memory) {
  constexpr uint64_t kGiB = uint64_t{1} << 30;
  EXPECT_EQ(*park_size("", 2 * kGiB), static_cast<int64_t>(kGiB / 4));
  EXPECT_EQ(*park_size("", 8 * kGiB), static_cast<int64_t>(kGiB));
  EXPECT_EQ(*park_size("", 64 * kGiB), static_cast<int64_t>(kGiB));
}

TEST(ParkSize, what_is_said_holds_and_nonsense_is_refused) {
  EXPECT_EQ(*park_size("0", 1 << 20), 0);
  EXPECT_EQ(*park_size("3GiB", 1 << 20), int64_t{3} << 30);
  EXPECT_EQ(park_size("much", 1 << 20).error().code, ErrorCode::kInvalidArgument);
}

TEST(Protocol, embeddings_keep_every_bit) {
  const EmbedAnswer answer{.embeddings = {{0.1F, -3.4e38F, 1e-40F}, {}}, .prompt_tokens = 4};
  EXPECT_EQ(*decode_embed_answer(encode(answer)), answer);
}

TEST(Protocol, errors_travel_with_code_and_hint) {
  const Error error{ErrorCode::kCorrupt, "bad file", "pull again"};
  EXPECT_EQ(decode_error(500, encode(error)), error);
  EXPECT_EQ(decode_error(502, "<html>").code, ErrorCode::kInternal);
}

TEST(Protocol, nonsense_is_an_error_and_not_a_crash) {
  for (const char* text : {"", "{", "[]", "7", R"({"messages":7})", R"({"messages":[7]})",
                           R"({"settings":{"options":{"seed":"x"}}})"}) {
    EXPECT_EQ(decode_chat_request(text).error().code, ErrorCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(decode_event(R"({"what":{}})"));
}

}  // namespace
}  // namespace axllama::runner
