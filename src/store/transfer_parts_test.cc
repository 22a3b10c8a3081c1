#include "store/transfer_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/test_support.h"

namespace axllama::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

PartialBlob open_partial(const std::filesystem::path& blob) {
  auto file = PartialBlob::open(blob);
  EXPECT_TRUE(file && *file);
  return std::move(**file);
}

constexpr PartSizes kSizes{.count = 16, .smallest = 100, .largest = 1000};

TEST(Parts, a_small_blob_is_one_part_and_an_empty_one_none) {
  EXPECT_THAT(plan_parts(5, kSizes), ElementsAre(Part{0, 0, 5, 0}));
  EXPECT_THAT(plan_parts(0, kSizes), IsEmpty());
}

TEST(Parts, sizes_are_a_share_within_bounds) {
  EXPECT_THAT(plan_parts(250, kSizes),
              ElementsAre(Part{0, 0, 100, 0}, Part{1, 100, 100, 0}, Part{2, 200, 50, 0}));
  EXPECT_EQ(plan_parts(4000, kSizes).size(), 16u);
  EXPECT_EQ(plan_parts(20'000, kSizes).front().size, 1000u);
  EXPECT_TRUE(parts_cover(plan_parts(12'345'678'901, TransferSettings().pull), 12'345'678'901));
}

TEST(Parts, what_is_under_way_at_once_is_a_small_share_of_a_large_blob) {
  const TransferSettings settings;
  const uint64_t size = 10'000'000'000;
  const auto parts = plan_parts(size, settings.pull);
  EXPECT_LE(settings.parts_at_once * parts.front().size, size / 8);
}

TEST(Parts, a_note_is_ollamas_json_of_always_the_same_length) {
  const std::string text = part_text({3, 300, 100, 7});
  EXPECT_THAT(text, testing::StartsWith(R"({"N":3,"Offset":300,"Size":100,"Completed":7})"));
  EXPECT_EQ(text.size(), part_text({0, 0, 1, 0}).size());
  EXPECT_EQ(parse_part(text), (Part{3, 300, 100, 7}));
  EXPECT_EQ(parse_part("{\"N\":0,\"Offset\":0,\"Size\":9,\"Completed\":9}\n"), (Part{0, 0, 9, 9}));
}

TEST(Parts, a_note_that_cannot_be_is_nothing) {
  for (const char* text :
       {"", "{", "[]", R"({"N":0})", R"({"N":0,"Offset":0,"Size":5,"Completed":6})",
        R"({"N":-1,"Offset":0,"Size":5,"Completed":0})",
        R"({"N":0,"Offset":18446744073709551615,"Size":5,"Completed":0})"}) {
    EXPECT_FALSE(parse_part(text)) << text;
  }
}

TEST(Parts, gaps_overlaps_and_wrong_sums_do_not_cover) {
  EXPECT_TRUE(parts_cover({{0, 0, 5, 0}, {1, 5, 5, 0}}, 10));
  EXPECT_FALSE(parts_cover({{0, 0, 5, 0}, {1, 6, 4, 0}}, 10));
  EXPECT_FALSE(parts_cover({{0, 0, 5, 0}, {1, 4, 6, 0}}, 10));
  EXPECT_FALSE(parts_cover({{0, 0, 5, 0}, {2, 5, 5, 0}}, 10));
  EXPECT_FALSE(parts_cover({{0, 0, 5, 0}}, 10));
  EXPECT_FALSE(parts_cover({}, 10));
}

TEST(PartialBlob, what_was_noted_is_found_again) {
  const TempDir folder;
  const auto blob = folder.path() / "blobs" / "sha256-ab";
  {
    PartialBlob file = open_partial(blob);
    ASSERT_TRUE(file.begin({{0, 0, 6, 0}, {1, 6, 4, 0}}, 10));
    ASSERT_TRUE(file.write(6, "xyz"));
    ASSERT_TRUE(file.note({1, 6, 4, 3}));
  }
  PartialBlob file = open_partial(blob);
  EXPECT_THAT(file.resume(10).value(), ElementsAre(Part{0, 0, 6, 0}, Part{1, 6, 4, 3}));
  EXPECT_THAT(
      file_names(folder.path() / "blobs"),
      UnorderedElementsAre("sha256-ab-partial", "sha256-ab-partial-0", "sha256-ab-partial-1"));
}

TEST(PartialBlob, notes_that_fit_no_more_are_of_no_use) {
  const TempDir folder;
  const auto blob = folder.path() / "sha256-ab";
  PartialBlob file = open_partial(blob);
  ASSERT_TRUE(file.begin({{0, 0, 10, 0}}, 10));
  EXPECT_THAT(file.resume(11).value(), IsEmpty());
  write_text(folder.path() / "sha256-ab-partial-0", "garbage");
  EXPECT_THAT(file.resume(10).value(), IsEmpty());
}

TEST(PartialBlob, only_one_holds_it) {
  const TempDir folder;
  const auto blob = folder.path() / "sha256-ab";
  std::optional<PartialBlob> first = open_partial(blob);
  auto second = PartialBlob::open(blob);
  ASSERT_TRUE(second);
  EXPECT_FALSE(*second);
  first.reset();
  second = PartialBlob::open(blob);
  EXPECT_TRUE(second && *second);
}

TEST(PartialBlob, a_commit_leaves_the_blob_alone) {
  const TempDir folder;
  const auto blob = folder.path() / "sha256-ab";
  PartialBlob file = open_partial(blob);
  ASSERT_TRUE(file.begin({{0, 0, 3, 0}}, 3));
  ASSERT_TRUE(file.write(0, "abc"));
  ASSERT_TRUE(file.commit());
  EXPECT_THAT(file_names(folder.path()), ElementsAre("sha256-ab"));
  EXPECT_EQ(read_text(blob), "abc");
}

TEST(PartialBlob, a_discard_leaves_nothing) {
  const TempDir folder;
  PartialBlob file = open_partial(folder.path() / "sha256-ab");
  ASSERT_TRUE(file.begin({{0, 0, 3, 0}}, 3));
  file.discard();
  EXPECT_THAT(file_names(folder.path()), IsEmpty());
}

}  // namespace
}  // namespace axllama::store
