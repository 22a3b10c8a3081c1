#include "serve/builds.h"

#include <gtest/gtest.h>

namespace axllama::serve {
namespace {

using Kind = DeviceWish::Kind;

constexpr Builds kOnlyCpu{.named = true};
constexpr Builds kOnlyNpuNamed{.named = true, .named_is_npu = true};
constexpr Builds kOnlySibling{.npu = true};
constexpr Builds kBoth{.named = true, .npu = true};

TEST(Builds, the_npu_build_has_a_tag_of_its_own) {
  EXPECT_EQ(npu_name(*store::Name::parse("qwen3:4b")).short_text(), "qwen3:4b-npu");
  EXPECT_EQ(npu_name(*store::Name::parse("sprout")).short_text(), "sprout:npu");
  EXPECT_EQ(npu_name(*store::Name::parse("me/own:q8_0")).short_text(), "me/own:q8_0-npu");
}

TEST(Builds, the_npu_build_wins_and_the_cpu_build_stands_in) {
  EXPECT_EQ(*choose_build("m", kBoth, {}), (BuildChoice{Build::kNpu, true}));
  EXPECT_EQ(*choose_build("m", kOnlySibling, {}), (BuildChoice{Build::kNpu, false}));
  EXPECT_EQ(*choose_build("m", kOnlyCpu, {}), (BuildChoice{Build::kNamed, false}));
  EXPECT_EQ(*choose_build("m", kOnlyNpuNamed, {}), (BuildChoice{Build::kNamed, false}));
}

TEST(Builds, a_wish_is_fulfilled_or_refused_and_nothing_stands_in) {
  EXPECT_EQ(*choose_build("m", kBoth, {Kind::kCpu}), (BuildChoice{Build::kNamed, false}));
  EXPECT_EQ(*choose_build("m", kBoth, {Kind::kNpu}), (BuildChoice{Build::kNpu, false}));
  EXPECT_EQ(*choose_build("m", kOnlyNpuNamed, {Kind::kNpu, 1}),
            (BuildChoice{Build::kNamed, false}));
  EXPECT_EQ(choose_build("m", kOnlyNpuNamed, {Kind::kCpu}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(choose_build("m", kOnlySibling, {Kind::kCpu}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(choose_build("m", kOnlyCpu, {Kind::kNpu}).error().code, ErrorCode::kUnsupported);
}

TEST(Builds, nothing_at_all_is_not_found) {
  for (const Kind kind : {Kind::kAny, Kind::kCpu, Kind::kNpu}) {
    EXPECT_EQ(choose_build("m", {}, {kind}).error().code, ErrorCode::kNotFound);
  }
}

TEST(Builds, a_client_that_is_gone_or_a_full_queue_is_no_reason_to_fall_back) {
  EXPECT_FALSE(lets_fall_back({ErrorCode::kCanceled, ""}));
  EXPECT_FALSE(lets_fall_back({ErrorCode::kBusy, ""}));
  EXPECT_TRUE(lets_fall_back({ErrorCode::kUnavailable, "no card is connected"}));
  EXPECT_TRUE(lets_fall_back({ErrorCode::kNoMemory, "it does not fit"}));
}

struct PullCase {
  const char* name;
  const char* device;
  bool card;
  const char* as;  // "": an error
  bool published;
};

TEST(ChoosePull, takes_the_npus_build_where_a_card_is) {
  const std::vector<store::PublishedModel> published = {
      {.name = store::Name::parse("qwen3:4b").value(), .repository = "AXERA-TECH/Qwen3-4B"},
      {.name = store::Name::parse("bge-m3").value(), .repository = "AXERA-TECH/bge-m3"}};
  const PullCase cases[] = {
      {"qwen3:4b", "", true, "qwen3:4b-npu", true},
      {"qwen3:4b", "", false, "qwen3:4b", false},
      {"qwen3:4b", "cpu", true, "qwen3:4b", false},
      {"qwen3:4b", "npu", false, "qwen3:4b-npu", true},
      {"qwen3:4b-npu", "", false, "qwen3:4b-npu", true},
      {"bge-m3", "", true, "bge-m3:npu", true},
      {"bge-m3:npu", "cpu", false, "bge-m3:npu", true},
      {"llama3.2", "", true, "llama3.2:latest", false},
      {"llama3.2", "npu", true, "", false},
      {"me/qwen3:4b", "", true, "me/qwen3:4b", false},
      {"hf.co/AXERA-TECH/Qwen3-4B", "npu", true, "hf.co/AXERA-TECH/Qwen3-4B:latest", false},
  };
  for (const PullCase& one : cases) {
    const auto choice = choose_pull(store::Name::parse(one.name).value(), published,
                                    parse_device(one.device).value(), one.card);
    const std::string as = choice ? choice->as.short_text() : "";
    EXPECT_EQ(as, one.as) << one.name << " " << one.device;
    EXPECT_EQ(choice && choice->published != nullptr, one.published) << one.name;
  }
}

}  // namespace
}  // namespace axllama::serve
