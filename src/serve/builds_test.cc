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

}  // namespace
}  // namespace axllama::serve
