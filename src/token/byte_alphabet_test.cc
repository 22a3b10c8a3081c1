#include "token/byte_alphabet.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(ByteAlphabet, blanks_and_line_breaks_have_their_known_characters) {
  EXPECT_EQ(to_byte_alphabet(" the\n"), "\u0120the\u010a");
  EXPECT_EQ(to_byte_alphabet("\xad\x7f\xa0"), "\u0143\u0121\u0142");
}

TEST(ByteAlphabet, every_byte_comes_back) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  EXPECT_EQ(from_byte_alphabet(to_byte_alphabet(bytes)), bytes);
}

TEST(ByteAlphabet, other_characters_stand_for_nothing) {
  for (const char* text : {" ", "\n", "\u2581", "\u0144", "\xc3", "\xad", "\u00ad"}) {
    EXPECT_EQ(from_byte_alphabet(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace axllama
