#include "standin/pack/byte_alphabet.h"

#include <gtest/gtest.h>

namespace axllama::pack {
namespace {

TEST(ByteAlphabet, every_byte_comes_back) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string raw(1, static_cast<char>(byte));
    EXPECT_EQ(bytes_of_token(spell_bytes(raw)), raw) << byte;
  }
}

TEST(ByteAlphabet, blank_and_newline_have_their_known_letters) {
  EXPECT_EQ(spell_bytes(" a\n"),
            "Ġa"
            "Ċ");
  EXPECT_EQ(bytes_of_token("Ġthe"), " the");
  EXPECT_EQ(bytes_of_token("Ń"), "\xAD");
}

TEST(ByteAlphabet, token_with_other_characters_stays_text) {
  EXPECT_EQ(bytes_of_token("<｜User｜>"), "<｜User｜>");
  EXPECT_EQ(bytes_of_token("Ġ▁"), "Ġ▁");
}

TEST(ByteAlphabet, broken_utf8_stays_as_it_is) {
  EXPECT_EQ(bytes_of_token("a\xC4"), "a\xC4");
}

TEST(ByteAlphabet, code_points_of_all_lengths) {
  EXPECT_EQ(code_points("aé▁😀"), U"aé▁😀");
  EXPECT_FALSE(code_points("\x80"));
  EXPECT_FALSE(code_points("\xE2\x96"));
}

}  // namespace
}  // namespace axllama::pack
