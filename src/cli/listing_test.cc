#include "cli/listing.h"

#include <gtest/gtest.h>

namespace axllama::cli {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Time kNow = Time(std::chrono::seconds(1'800'000'000));

TEST(Listing, list_shows_name_id_size_and_age) {
  const std::vector<ListedModel> models = {
      {"sprout:latest", "0123456789abcdef", 3'100'000, kNow - minutes(4)},
      {"qwen3:4b", "fedcba9876543210", 2'600'000'000, kNow - hours(72)},
  };
  EXPECT_EQ(list_text(models, "", kNow),
            "NAME             ID              SIZE      MODIFIED      \n"
            "sprout:latest    0123456789ab    3.1 MB    4 minutes ago    \n"
            "qwen3:4b         fedcba987654    2.6 GB    3 days ago       \n");
}

TEST(Listing, prefix_is_compared_without_case) {
  const std::vector<ListedModel> models = {{"Sprout:latest", "0", 1, kNow}, {"x:1", "0", 1, kNow}};
  EXPECT_NE(list_text(models, "sPr", kNow).find("Sprout"), std::string::npos);
  EXPECT_EQ(list_text(models, "sPr", kNow).find("x:1"), std::string::npos);
  EXPECT_EQ(list_text(models, "sprout:latest1", kNow), list_text({}, "", kNow));
}

TEST(Listing, loaded_models_show_where_and_until) {
  const std::vector<LoadedModel> models = {
      {.name = "a:latest",
       .digest = "0123456789abcdef",
       .size = 1500,
       .context = 4096,
       .until = kNow + minutes(4) + std::chrono::seconds(30)},
      {.name = "b:latest",
       .digest = "0123456789abcdef",
       .size = 1500,
       .context = 64,
       .until = kNow - minutes(1)},
      {.name = "c:latest",
       .digest = "0123456789abcdef",
       .size = 1500,
       .context = 64,
       .until = Time::max()},
  };
  EXPECT_EQ(
      loaded_text(models, "", kNow),
      "NAME        ID              SIZE      PROCESSOR    CONTEXT    UNTIL              \n"
      "a:latest    0123456789ab    1.5 KB    100% CPU     4096       4 minutes from now    \n"
      "b:latest    0123456789ab    1.5 KB    100% CPU     64         Stopping...           \n"
      "c:latest    0123456789ab    1.5 KB    100% CPU     64         Forever               \n");
}

TEST(Listing, processor_tells_the_shares) {
  EXPECT_EQ(processor_text(100, 0), "100% CPU");
  EXPECT_EQ(processor_text(100, 100), "100% GPU");
  EXPECT_EQ(processor_text(100, 52), "48%/52% CPU/GPU");
  EXPECT_EQ(processor_text(100, 101), "Unknown");
}

TEST(Listing, a_compiled_model_runs_on_the_npu) {
  const LoadedModel model{.name = "npu:latest",
                          .digest = "0",
                          .size = 100,
                          .size_vram = 100,
                          .format = "axmodel",
                          .until = {}};
  EXPECT_NE(loaded_text({model}, "", Time()).find("100% NPU"), std::string::npos);
}

}  // namespace
}  // namespace axllama::cli
