#include "cli/replies.h"

#include <gtest/gtest.h>

namespace axllama::cli {
namespace {

int64_t unix_seconds(const std::string& text) {
  return std::chrono::duration_cast<std::chrono::seconds>(
             parse_time(text).value().time_since_epoch())
      .count();
}

TEST(Replies, chunk_of_generate) {
  const Chunk chunk = read_chunk(R"({"model":"m","response":"Hi","done":false})").value();
  EXPECT_EQ(chunk.content, "Hi");
  EXPECT_EQ(chunk.thinking, "");
  EXPECT_FALSE(chunk.done);
}

TEST(Replies, chunk_of_chat_with_thinking) {
  const Chunk chunk =
      read_chunk(R"({"message":{"role":"assistant","content":"","thinking":"hm"},"done":false})")
          .value();
  EXPECT_EQ(chunk.content, "");
  EXPECT_EQ(chunk.thinking, "hm");
}

TEST(Replies, last_chunk_carries_the_metrics) {
  const Chunk chunk = read_chunk(R"({"response":"","done":true,"done_reason":"stop",
      "total_duration":1500000000,"load_duration":2,"prompt_eval_count":7,
      "prompt_eval_duration":3,"eval_count":9,"eval_duration":4})")
                          .value();
  EXPECT_TRUE(chunk.done);
  EXPECT_EQ(chunk.metrics.total, Nanoseconds(1500000000));
  EXPECT_EQ(chunk.metrics.load, Nanoseconds(2));
  EXPECT_EQ(chunk.metrics.prompt_tokens, 7);
  EXPECT_EQ(chunk.metrics.prompt_time, Nanoseconds(3));
  EXPECT_EQ(chunk.metrics.answer_tokens, 9);
  EXPECT_EQ(chunk.metrics.answer_time, Nanoseconds(4));
}

TEST(Replies, error_line_is_an_error) {
  EXPECT_EQ(read_chunk(R"({"error":"out of luck"})").error().message, "out of luck");
}

TEST(Replies, what_is_no_object_is_corrupt) {
  for (const char* text : {"", "[]", "null", "<html>", "{\"a\":"}) {
    EXPECT_EQ(read_chunk(text).error().code, ErrorCode::kCorrupt) << text;
  }
}

TEST(Replies, members_of_other_types_are_ignored) {
  const Chunk chunk =
      read_chunk(R"({"response":5,"message":"x","done":"yes","eval_count":"9"})").value();
  EXPECT_EQ(chunk.content, "");
  EXPECT_FALSE(chunk.done);
}

TEST(Replies, list_of_models) {
  const auto models = read_list(R"({"models":[{"name":"a:latest","digest":"0123","size":12,
      "modified_at":"2026-11-23T13:04:41+01:00"}]})")
                          .value();
  ASSERT_EQ(models.size(), 1u);
  EXPECT_EQ(models[0].name, "a:latest");
  EXPECT_EQ(models[0].digest, "0123");
  EXPECT_EQ(models[0].size, 12u);
  EXPECT_EQ(models[0].modified, parse_time("2026-11-23T12:04:41Z"));
}

TEST(Replies, null_lists_are_empty) {
  EXPECT_TRUE(read_list(R"({"models":null})").value().empty());
  EXPECT_TRUE(read_loaded("{}").value().empty());
}

TEST(Replies, loaded_model) {
  const auto models = read_loaded(R"({"models":[{"name":"a:latest","size":10,"size_vram":4,
      "context_length":4096,"expires_at":"2026-11-23T13:04:41.5Z"}]})")
                          .value();
  ASSERT_EQ(models.size(), 1u);
  EXPECT_EQ(models[0].size_vram, 4u);
  EXPECT_EQ(models[0].context, 4096);
  EXPECT_EQ(models[0].until, parse_time("2026-11-23T13:04:41Z"));
}

TEST(Replies, a_load_is_told_beside_the_loaded_models) {
  const auto loading =
      read_loading(R"({"models":[],"loading":[{"name":"m:latest","share":0.25}]})");
  ASSERT_TRUE(loading);
  EXPECT_EQ(loading->name, "m:latest");
  EXPECT_EQ(loading->share, 0.25);
}

TEST(Replies, servers_that_tell_of_no_load_are_understood) {
  for (const char* text : {R"({"models":[]})", R"({"models":[],"loading":[]})",
                           R"({"models":[],"loading":3})", "nonsense", R"({"error":"no"})"}) {
    EXPECT_FALSE(read_loading(text)) << text;
  }
}

TEST(Replies, shown_model_reads_model_info_by_architecture) {
  const ShownModel model = read_shown(R"({"license":["one","two"],"parameters":"stop  \"x\"",
      "details":{"family":"qwen3","parameter_size":"2.8M","quantization_level":"Q8_0"},
      "model_info":{"general.architecture":"qwen3","general.parameter_count":2800000,
                    "qwen3.context_length":512,"qwen3.embedding_length":128,
                    "tokenizer.ggml.tokens":null},
      "tensors":[{"name":"output","type":"Q8_0","shape":[128,2]}],
      "capabilities":["completion","tools"]})")
                               .value();
  EXPECT_EQ(model.license, "one\ntwo");
  EXPECT_EQ(model.architecture, "qwen3");
  EXPECT_EQ(model.parameter_count, 2800000u);
  EXPECT_EQ(model.context_length, 512);
  EXPECT_EQ(model.embedding_length, 128);
  EXPECT_TRUE(model.can("tools"));
  EXPECT_FALSE(model.can("vision"));
  EXPECT_EQ(model.metadata.size(), 4u);
  ASSERT_EQ(model.tensors.size(), 1u);
  EXPECT_EQ(model.tensors[0].shape, "[128, 2]");
}

TEST(Replies, embedding_is_the_first_as_compact_json) {
  EXPECT_EQ(read_embedding(R"({"embeddings":[[0.5, -1.25e-3],[1]]})").value(), "[0.5,-0.00125]");
  EXPECT_FALSE(read_embedding(R"({"embeddings":[]})"));
}

TEST(Replies, error_status_tells_the_bodys_error) {
  EXPECT_EQ(read_error(404, R"({"error":"model 'x' not found"})"),
            (Error{ErrorCode::kNotFound, "model 'x' not found"}));
  EXPECT_EQ(read_error(500, R"({"error":{"message":"x"}})").message,
            R"(the server answered 500: {"error":{"message":"x"}})");
  EXPECT_EQ(read_error(502, "").message, "the server answered 502");
}

TEST(Replies, times_are_read_with_any_offset) {
  EXPECT_EQ(unix_seconds("1970-01-01T00:01:00Z"), 60);
  EXPECT_EQ(unix_seconds("1970-01-01T00:01:00.999999999Z"), 60);
  EXPECT_EQ(unix_seconds("1970-01-01T02:01:00+02:00"), 60);
  EXPECT_EQ(unix_seconds("1969-12-31T18:31:00-05:30"), 60);
}

TEST(Replies, a_time_too_far_off_is_the_last_one) {
  EXPECT_EQ(parse_time("2318-11-23T13:04:41Z"), Time::max());
}

TEST(Replies, what_is_no_time_is_nothing) {
  for (const char* text :
       {"", "now", "2026-11-23", "2026-11-23T13:04:41", "2026-11-23T13:04:41+x"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

}  // namespace
}  // namespace axllama::cli
