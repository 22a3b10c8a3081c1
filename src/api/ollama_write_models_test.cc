#include <gtest/gtest.h>

#include <regex>

#include "api/ollama.h"
#include "base/format.h"

namespace axllama::ollama {
namespace {

using std::chrono::nanoseconds;
using Time = std::chrono::system_clock::time_point;

const Time kTime = Time(std::chrono::seconds(1'790'000'000));

ModelDetails details() {
  return {"p", "gguf", "qwen3", {"qwen3"}, "2.8M", "Q8_0", 4096, 64};
}

std::string details_json(const std::string& parent) {
  return R"({"parent_model":")" + parent +
         R"(","format":"gguf","family":"qwen3","families":["qwen3"],"parameter_size":"2.8M",)"
         R"("quantization_level":"Q8_0","context_length":4096,"embedding_length":64})";
}

TEST(WriteTags, an_empty_store_is_an_empty_list) {
  EXPECT_EQ(write_tags({}), R"({"models":[]})");
}

TEST(WriteTags, each_model_has_all_its_fields) {
  const TagsRow full{"m:latest", kTime, 123, "abc", details(), {"completion", "tools"}};
  const TagsRow bare{"n:1", kTime, 0, "", {}, {}};
  const std::string time = format_time_local(kTime);
  EXPECT_EQ(write_tags({full, bare}),
            R"({"models":[{"name":"m:latest","model":"m:latest","modified_at":")" + time +
                R"(","size":123,"digest":"abc","details":)" + details_json("p") +
                R"(,"capabilities":["completion","tools"]},)"
                R"({"name":"n:1","model":"n:1","modified_at":")" +
                time +
                R"(","size":0,"digest":"","details":{"parent_model":"","format":"","family":"",)"
                R"("families":null,"parameter_size":"","quantization_level":""}}]})");
}

TEST(WritePs, each_model_has_all_its_fields) {
  const PsRow row{"m:latest", 123, "abc", details(), kTime, 45, 2048};
  EXPECT_EQ(write_ps({row}),
            R"({"models":[{"name":"m:latest","model":"m:latest","size":123,"digest":"abc",)"
            R"("details":)" +
                details_json("") + R"(,"expires_at":")" + format_time_local(kTime) +
                R"(","size_vram":45,"context_length":2048}]})");
  EXPECT_EQ(write_ps({}), R"({"models":[]})");
}

TEST(WritePs, what_ollama_does_not_know_stands_in_an_object_of_its_own) {
  PsRow row{"m:latest", 123, "abc", details(), kTime, 45, 2048};
  row.engine = "axcl";
  row.devices = {{"AX650 3", 45}};
  row.driver = "V3.10.2";
  row.shortcuts = {{"one_upload", true}, {"async_chain", false, "it differs"}};
  const std::string text = write_ps({row});
  const std::string want =
      R"("axllama":{"engine":"axcl","devices":[{"device":"AX650 3","bytes":45}],)"
      R"("driver":"V3.10.2","shortcuts":[{"name":"one_upload","on":true},)"
      R"({"name":"async_chain","on":false,"why":"it differs"}]})";
  EXPECT_NE(text.find(want), std::string::npos) << text;
}

TEST(WritePs, what_is_being_loaded_stands_beside_the_models) {
  EXPECT_EQ(write_ps({}, {{"m:latest", 0.25}}),
            R"({"models":[],"loading":[{"name":"m:latest","share":0.25}]})");
}

TEST(WritePs, a_model_kept_for_ever_expires_in_292_years) {
  PsRow row;
  row.expires = Time::max();
  const std::string before = format_time_local(std::chrono::system_clock::now());
  const std::string text = write_ps({row});
  const std::string after = format_time_local(std::chrono::system_clock::now());
  std::smatch match;
  ASSERT_TRUE(std::regex_search(text, match, std::regex(R"re("expires_at":"(\d+)(-[^"]*)")re")));
  const int year = std::stoi(match[1]) - 292;
  EXPECT_GE(year, std::stoi(before));
  EXPECT_LE(year, std::stoi(after));
  EXPECT_EQ(match[2].length() + 4, static_cast<long>(before.size()));
}

TEST(WriteEmbed, vectors_are_written_with_the_digits_of_floats) {
  const EmbedReply reply{{{{0.1f, -1.0f, 1e-7f}, {0.0f}}, 7}, nanoseconds(5), nanoseconds(6)};
  EXPECT_EQ(write_embed("m", reply),
            R"({"model":"m","embeddings":[[0.1,-1,1e-7],[0]],"total_duration":5,)"
            R"("load_duration":6,"prompt_eval_count":7})");
  EXPECT_EQ(write_embed("m", {}), R"({"model":"m","embeddings":[]})");
}

TEST(WriteEmbeddings, the_old_form_has_one_vector_with_the_digits_of_doubles) {
  const EmbedReply reply{{{{0.1f, -1.0f}}, 7}, nanoseconds(5), nanoseconds(6)};
  EXPECT_EQ(write_embeddings(reply), R"({"embedding":[0.10000000149011612,-1]})");
  EXPECT_EQ(write_embeddings({}), R"({"embedding":[]})");
}

}  // namespace
}  // namespace axllama::ollama
