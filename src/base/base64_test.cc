#include "base/base64.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(Base64, what_is_encoded_is_decoded_again) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
  EXPECT_EQ(encode_base64("Ma"), "TWE=");
  EXPECT_EQ(encode_base64("M"), "TQ==");
}

TEST(Base64, line_breaks_are_skipped) {
  EXPECT_EQ(decode_base64("TW\r\nFu\n"), "Man");
  EXPECT_EQ(decode_base64("TQ=\n=\r\n"), "M");
}

TEST(Base64, what_is_none_is_refused_with_its_place) {
  const std::pair<const char*, int> kCases[] = {
      {"data:image/png;base64,QUJD", 4},
      {"Q", 0},
      {"QUI", 0},
      {"QUJDQ", 4},
      {"=", 0},
      {"Q===", 1},
      {"QU=", 3},
      {"QU=I", 2},
      {"QUI=x", 4},
      {"QU==QU==", 4},
      {"Q\nU", 1},
      {"QU-_", 2},
      {"QUJD QUJD", 4},
  };
  for (const auto& [text, place] : kCases) {
    const auto result = decode_base64(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().message, "illegal base64 data at input byte " + std::to_string(place))
        << text;
  }
}

}  // namespace
}  // namespace axllama
