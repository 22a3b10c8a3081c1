#include "engine/axcl/placement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama::npu {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr uint64_t kMB = 1'000'000;

// `layers` layers of 100 MB and a head of 150 MB; caches and buffers of next to nothing.
axmodel::ModelFolder folder(size_t layers) {
  axmodel::ModelFolder folder;
  folder.hidden = 8;
  folder.kv_size = 8;
  folder.chunk = 4;
  folder.decode = {{0, 16}};
  folder.chunks = {{1, 0}};
  for (size_t i = 0; i < layers; ++i) {
    folder.layers.push_back("layer" + std::to_string(i));
    folder.layer_bytes.push_back({100 * kMB, 100 * kMB});
  }
  folder.head = "head";
  folder.head_bytes = {150 * kMB, 150 * kMB};
  return folder;
}

std::vector<CardRoom> cards(std::vector<uint64_t> megabytes) {
  std::vector<CardRoom> rooms;
  for (const uint64_t free : megabytes) {
    rooms.push_back({static_cast<int32_t>(3 + 2 * rooms.size()), free * kMB});
  }
  return rooms;
}

// "0:0-3 1:4-7h": card and layers of each part, h for the head; replicas with "|" between.
std::string text(const Result<Placement>& placement) {
  if (!placement) return placement.error().message;
  std::string text;
  for (const auto& replica : placement->replicas) {
    if (!text.empty()) text += " |";
    for (const PlacedPart& placed : replica) {
      const Part& part = placed.part;
      if (!text.empty()) text += " ";
      text += std::to_string(placed.card) + ":" + std::to_string(part.first) + "-" +
              std::to_string(part.first + part.layers - 1) + (part.head ? "h" : "");
    }
  }
  return text;
}

struct Case {
  const char* name;
  size_t layers;
  std::vector<uint64_t> free;  // MB; 0: unknown
  const char* placed;
};

// A whole model of 8 layers: 950 MB, the head's file once more, and a floor of 10 MB: 1110 MB and a
// bit.
TEST(Placement, follows_the_table) {
  const Case cases[] = {
      {"one card", 8, {2000}, "0:0-7h"},
      {"just enough", 8, {1111}, "0:0-7h"},
      {"replicas", 8, {2000, 2000, 2000}, "0:0-7h | 1:0-7h | 2:0-7h"},
      {"one of two has room", 8, {900, 2000}, "1:0-7h"},
      {"unknown room is room", 8, {0, 0}, "0:0-7h | 1:0-7h"},
      // 450 MB of layers here, 350 MB and the head there.
      {"even halves", 8, {800, 800}, "0:0-4 1:5-7h"},
      {"uneven cards", 8, {500, 1000}, "0:0-2 1:3-7h"},
      {"as few as suffice", 8, {700, 700, 700}, "0:0-4 1:5-7h"},
      {"three where two don't do", 8, {520, 520, 520}, "0:0-2 1:3-5 2:6-7h"},
      {"two pairs", 8, {800, 800, 800, 800}, "0:0-4 1:5-7h | 2:0-4 3:5-7h"},
      {"the freest cards", 8, {300, 800, 300, 800}, "1:0-4 3:5-7h"},
      {"a layer a card", 2, {320, 420}, "0:0-0 1:1-1h"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(text(place(folder(one.layers), cards(one.free), 10 * kMB)), one.placed) << one.name;
  }
}

TEST(Placement, says_which_card_is_not_used_and_why) {
  EXPECT_THAT(place(folder(8), cards({900, 2000}), 10 * kMB)->unused,
              ElementsAre("card 3 is not used: the model needs 1.1 GB, and 900 MB are free there"));
  EXPECT_THAT(place(folder(8), cards({700, 700, 700}), 10 * kMB)->unused,
              ElementsAre("card 7 is not used: the model is split over 2 cards, and too few are "
                          "left for it once more"));
  EXPECT_THAT(place(folder(8), cards({2000, 2000}), 10 * kMB)->unused, IsEmpty());
}

TEST(Placement, what_fits_nowhere_is_refused_with_the_numbers) {
  const auto one = place(folder(8), cards({500}), 10 * kMB);
  ASSERT_FALSE(one);
  EXPECT_EQ(one.error().code, ErrorCode::kNoMemory);
  EXPECT_EQ(one.error().message,
            "the model does not fit on the card: it needs 1.1 GB, and 500 MB are free");
  const auto two = place(folder(8), cards({300, 200}), 10 * kMB);
  ASSERT_FALSE(two);
  EXPECT_THAT(two.error().message,
              testing::AllOf(HasSubstr("nor split over them"), HasSubstr("card 3 has 300 MB free"),
                             HasSubstr("card 5 has 200 MB free")));
}

TEST(Placement, nothing_is_placed_above_the_floor_or_the_room) {
  for (uint64_t left = 250; left < 1200; left += 50) {
    for (uint64_t right = 250; right < 1200; right += 50) {
      const auto rooms = cards({left, right});
      const auto placed = place(folder(8), rooms, 10 * kMB);
      if (!placed) continue;
      for (const auto& replica : placed->replicas) {
        size_t next = 0;
        for (const PlacedPart& one : replica) {
          EXPECT_EQ(one.part.first, next);
          next += one.part.layers;
          EXPECT_LE(bytes_of(folder(8), one.part).all() + 10 * kMB, rooms[one.card].free);
        }
        EXPECT_EQ(next, 8u);
        EXPECT_TRUE(replica.back().part.head);
      }
    }
  }
}

TEST(Part, is_a_folder_of_its_own) {
  const axmodel::ModelFolder all = folder(5);
  const axmodel::ModelFolder front = part_of(all, {0, 2, false});
  EXPECT_THAT(front.layers, ElementsAre("layer0", "layer1"));
  EXPECT_EQ(front.head, "");
  EXPECT_EQ(front.weight_bytes, 200 * kMB);
  EXPECT_EQ(front.largest_file, 100 * kMB);
  const axmodel::ModelFolder back = part_of(all, {2, 3, true});
  EXPECT_THAT(back.layers, ElementsAre("layer2", "layer3", "layer4"));
  EXPECT_EQ(back.head, "head");
  EXPECT_EQ(back.weight_bytes, 450 * kMB);
  EXPECT_EQ(back.largest_file, 150 * kMB);
  EXPECT_EQ(describe({2, 3, true}), "layers 2 to 4 and the head");
  EXPECT_EQ(describe({7, 1, false}), "layer 7");
}

}  // namespace
}  // namespace axllama::npu
