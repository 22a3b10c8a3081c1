#include "core/device.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

using Kind = DeviceWish::Kind;

TEST(Device, words_name_a_kind_and_a_card) {
  const std::pair<const char*, DeviceWish> kRows[] = {
      {"", {}},
      {"auto", {}},
      {"cpu", {Kind::kCpu}},
      {"CPU", {Kind::kCpu}},
      {"npu", {Kind::kNpu}},
      {"npu:0", {Kind::kNpu, 0}},
      {"Npu:1", {Kind::kNpu, 1}},
      {"npu:255", {Kind::kNpu, 255}},
  };
  for (const auto& [text, want] : kRows) {
    const Result<DeviceWish> got = parse_device(text);
    ASSERT_TRUE(got) << text;
    EXPECT_EQ(*got, want) << text;
  }
}

TEST(Device, what_is_no_device_is_refused_by_name) {
  for (const char* text : {"gpu", "npu:", "npu:x", "npu:-1", "npu:1x", "npu:256", "npu1", " cpu",
                           "npu:99999999999999999999"}) {
    const Result<DeviceWish> got = parse_device(text);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(got.error().message.find(text), std::string::npos);
  }
}

TEST(Device, its_text_reads_back_as_the_same) {
  for (const DeviceWish& wish :
       {DeviceWish{}, DeviceWish{Kind::kCpu}, DeviceWish{Kind::kNpu}, DeviceWish{Kind::kNpu, 3}}) {
    EXPECT_EQ(*parse_device(device_text(wish)), wish);
  }
}

}  // namespace
}  // namespace axllama
