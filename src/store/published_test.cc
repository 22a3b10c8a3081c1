#include "store/published.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/fd.h"
#include "test_places.h"

namespace axllama::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<PublishedModel> shipped() {
  const auto text = read_file(source_path("/models/catalogue.json"), 1 << 20);
  const auto models = read_published(text.value());
  if (!models) throw std::runtime_error(models.error().text());
  return *models;
}

TEST(Published, every_shipped_entry_is_right) {
  const auto models = shipped();
  EXPECT_GT(models.size(), 80u);
  const std::set<std::string> known = {"completion", "thinking", "tools", "vision", "embedding"};
  for (const PublishedModel& model : models) {
    EXPECT_TRUE(model.repository.starts_with("AXERA-TECH/")) << model.repository;
    EXPECT_FALSE(model.capabilities.empty()) << model.name.short_text();
    for (const std::string& one : model.capabilities) EXPECT_TRUE(known.contains(one)) << one;
  }
}

TEST(Published, a_model_is_found_by_its_name) {
  const auto models = shipped();
  const PublishedModel* const model = find_published(models, Name::parse("qwen3:4b").value());
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->repository, "AXERA-TECH/Qwen3-4B");
  EXPECT_EQ(model->context, 2559);
  EXPECT_EQ(estimated_card_bytes(*model), 5224ULL << 20);
  EXPECT_EQ(find_published(models, Name::parse("me/qwen3:4b").value()), nullptr);
}

TEST(Published, memory_that_is_not_published_is_estimated) {
  EXPECT_EQ(estimated_card_bytes({.bytes = 1000}), 1300u);
  EXPECT_EQ(estimated_card_bytes({}), 0u);
}

class WrongEntry : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(WrongEntry, is_refused_with_its_name_and_field) {
  const std::string commit(40, 'a');
  const std::string good =
      R"({"name": "b:1", "repository": "a/b", "revision": ")" + commit + R"("})";
  ASSERT_TRUE(read_published("[" + good + "]"));
  const auto& [field, value] = GetParam();
  std::string bad = good;
  const std::string key = '"' + std::string(field) + "\": ";
  if (const size_t at = bad.find(key); at != std::string::npos) {
    const size_t begin = at + key.size();
    bad.replace(begin, bad.find_first_of(",}", begin) - begin, value);
  } else {
    bad.insert(1, key + value + ", ");
  }
  const auto read = read_published("[" + good + ", " + bad + "]");
  ASSERT_FALSE(read) << bad;
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(read.error().message, HasSubstr(field)) << read.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Fields, WrongEntry,
    testing::Values(std::pair{"name", "3"}, std::pair{"name", "\"\""}, std::pair{"name", "\"a b\""},
                    std::pair{"repository", "\"b\""}, std::pair{"repository", "\"a/../b\""},
                    std::pair{"revision", "\"main\""}, std::pair{"folder", "3"},
                    std::pair{"context", "-1"}, std::pair{"bytes", "\"many\""},
                    std::pair{"card_mib", "1.5"}, std::pair{"card_mib", "9999999999999999999"},
                    std::pair{"card_mib", "17592186044416"}, std::pair{"capabilities", "\"tools\""},
                    std::pair{"capabilities", "[1]"}, std::pair{"tokens_per_second", "3"},
                    std::pair{"tokens_per_second", "{\"a\": 0}"}));

TEST(Published, what_is_no_catalogue_is_refused) {
  for (const char* bad : {"", "{}", "[]", "[3]", "[{}]", "<html>"})
    EXPECT_FALSE(read_published(bad)) << bad;
  const std::string one =
      R"({"name": "b:1", "repository": "a/b", "revision": ")" + std::string(40, 'a') + R"("})";
  EXPECT_THAT(read_published("[" + one + "," + one + "]").error().message, HasSubstr("twice"));
}

TEST(NearestNames, are_those_spelled_most_alike) {
  const std::vector<std::string> known = {"qwen3:4b", "qwen3:4b-int4", "qwen3:0.6b", "gemma3:1b"};
  EXPECT_THAT(nearest_names("qwen3:4", known, 2), ElementsAre("qwen3:4b", "qwen3:4b-int4"));
  EXPECT_THAT(nearest_names("qwen:4b", known, 1), ElementsAre("qwen3:4b"));
  EXPECT_THAT(nearest_names("QWEN3:4B", known, 1), ElementsAre("qwen3:4b"));
  EXPECT_THAT(nearest_names("gemma3", known, 3), ElementsAre("gemma3:1b"));
  EXPECT_THAT(nearest_names("llama3.2", known, 3), ElementsAre());
}

}  // namespace
}  // namespace axllama::store
