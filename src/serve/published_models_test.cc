#include "serve/published_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "serve/bundled_model.h"
#include "serve/cards.h"

namespace axllama::serve {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string entry(const std::string& name) {
  return R"([{"name": ")" + name + R"(", "repository": "me/it", "revision": ")" +
         std::string(40, 'a') + R"(", "bytes": 1000000000}])";
}

class PublishedModelsTest : public testing::Test {
 protected:
  PublishedModelsTest() {
    fs::remove_all(store_);
    fs::create_directories(store_);
  }
  ~PublishedModelsTest() override { fs::remove_all(store_); }
  const fs::path store_ =
      fs::temp_directory_path() / ("axllama-published-" + std::to_string(::getpid()));
};

TEST_F(PublishedModelsTest, the_programs_own_are_there) {
  PublishedModels published(store_);
  EXPECT_GT(published.models().size(), 80u);
  EXPECT_EQ(published.source(), "built in");
}

TEST_F(PublishedModelsTest, a_newer_file_takes_their_place_at_once) {
  PublishedModels published(store_);
  EXPECT_GT(published.models().size(), 1u);
  ASSERT_EQ(PublishedModels::replace(store_, entry("new:1")).value(), 1u);
  ASSERT_EQ(published.models().size(), 1u);
  EXPECT_EQ(published.models()[0].name.short_text(), "new:1");
  EXPECT_EQ(published.source(), PublishedModels::file_of(store_).string());
}

TEST_F(PublishedModelsTest, a_bad_one_replaces_nothing) {
  ASSERT_TRUE(PublishedModels::replace(store_, entry("new:1")));
  EXPECT_EQ(PublishedModels::replace(store_, "<html>").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(PublishedModels(store_).models().size(), 1u);
}

TEST_F(PublishedModelsTest, a_damaged_file_leaves_the_programs_own) {
  ASSERT_TRUE(PublishedModels::replace(store_, entry("new:1")));
  std::ofstream(PublishedModels::file_of(store_)) << "[{";
  PublishedModels published(store_);
  EXPECT_GT(published.models().size(), 80u);
  EXPECT_EQ(published.source(), "built in");
}

TEST(Fits, needs_room_on_one_card_beside_the_floor) {
  const store::PublishedModel model{.card_bytes = 1'000'000'000};
  EXPECT_EQ(fits(model, {}), std::nullopt);
  EXPECT_EQ(fits({}, {{.free = 8'000'000'000}}), std::nullopt);
  EXPECT_EQ(fits(model, {{.free = 1'000'000'000}}), false);
  EXPECT_EQ(fits(model, {{.free = 1'000'000'000}, {.free = 2'000'000'000}}), true);
}

TEST(ReadCards, reads_what_the_command_prints) {
  const auto cards = read_cards(
      R"([{"device":3,"driver":"V3.10.2","memory":7000,"free":6000,"temperature":40.0}])");
  ASSERT_TRUE(cards);
  ASSERT_EQ(cards->size(), 1u);
  EXPECT_EQ(cards->front().free, 6000u);
  for (const char* bad : {"", "{}", "[3]", R"([{"device":3}])"}) EXPECT_FALSE(read_cards(bad));
}

TEST(CardIsThere, is_seen_by_its_maker) {
  const fs::path devices =
      fs::temp_directory_path() / ("axllama-pci-" + std::to_string(::getpid()));
  fs::create_directories(devices / "0000:01:00.0");
  std::ofstream(devices / "0000:01:00.0/vendor") << "0x8086\n";
  EXPECT_FALSE(card_is_there(devices));
  fs::create_directories(devices / "0001:01:00.0");
  std::ofstream(devices / "0001:01:00.0/vendor") << "0x1f4b\n";
  EXPECT_TRUE(card_is_there(devices));
  fs::remove_all(devices);
  EXPECT_FALSE(card_is_there(devices));
}

}  // namespace
}  // namespace axllama::serve
