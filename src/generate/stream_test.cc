#include "generate/stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "generate/utf8_unit.h"

namespace axllama {
namespace {

// A plain second opinion: bytes to text, all at once.
std::string well_formed(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const auto at = [&](size_t i) {
      return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U;
    };
    const auto follows = [&](size_t i, unsigned from, unsigned to) {
      return at(i) >= from && at(i) <= to;
    };
    size_t length = 0;  // of the character
    size_t run = 1;     // of the bytes that could have begun one
    const unsigned lead = at(0);
    if (lead < 0x80) {
      length = 1;
    } else if (lead >= 0xc2 && lead < 0xe0) {
      length = follows(1, 0x80, 0xbf) ? 2 : 0;
    } else if (lead >= 0xe0 && lead < 0xf0) {
      if (follows(1, lead == 0xe0 ? 0xa0 : 0x80, lead == 0xed ? 0x9f : 0xbf)) {
        run = 2;
        length = follows(2, 0x80, 0xbf) ? 3 : 0;
      }
    } else if (lead >= 0xf0 && lead < 0xf5) {
      if (follows(1, lead == 0xf0 ? 0x90 : 0x80, lead == 0xf4 ? 0x8f : 0xbf)) {
        run = follows(2, 0x80, 0xbf) ? 3 : 2;
        length = run == 3 && follows(3, 0x80, 0xbf) ? 4 : 0;
      }
    }
    text += length > 0 ? bytes.substr(0, length) : std::string_view("\xEF\xBF\xBD");
    bytes.remove_prefix(length > 0 ? length : run);
  }
  return text;
}

// The text up to the stop string that is whole first.
std::string cut(const std::string& text, const std::vector<std::string>& stops) {
  for (size_t length = 1; length <= text.size(); ++length) {
    size_t longest = 0;
    for (const std::string& stop : stops) {
      if (text.substr(0, length).ends_with(stop)) longest = std::max(longest, stop.size());
    }
    if (longest > 0) return text.substr(0, length - longest);
  }
  return text;
}

std::string all(TextStream& stream, const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces) text += stream.push(piece);
  return text + stream.finish();
}

bool is_whole(std::string_view text) {
  while (!text.empty()) {
    const Utf8Unit unit = utf8_unit(text);
    if (unit.kind != Utf8Unit::kCharacter) return false;
    text.remove_prefix(unit.length);
  }
  return true;
}

TEST(TextStream, character_comes_when_its_last_byte_has_come) {
  TextStream stream({});
  EXPECT_EQ(stream.push("a\xE2"), "a");
  EXPECT_EQ(stream.push("\x82"), "");
  EXPECT_EQ(stream.push("\xAC!"), "€!");
}

TEST(TextStream, bytes_that_can_become_nothing_are_replaced_at_once) {
  TextStream stream({});
  EXPECT_EQ(stream.push("\xFF"), "\uFFFD");
  EXPECT_EQ(stream.push("\xE2\x82"), "");
  EXPECT_EQ(stream.push("x"), "\uFFFDx");
  EXPECT_EQ(stream.push("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
}

TEST(TextStream, unfinished_character_at_the_end_is_replaced) {
  TextStream stream({});
  EXPECT_EQ(stream.push("ok \xF0\x9F\x98"), "ok ");
  EXPECT_EQ(stream.finish(), "\uFFFD");
}

TEST(TextStream, beginning_of_a_stop_string_is_held_back) {
  TextStream stream({"</s>", "STOP"});
  EXPECT_EQ(stream.push("one <"), "one ");
  EXPECT_EQ(stream.push("b> S"), "<b> ");
  EXPECT_EQ(stream.push("T"), "");
  EXPECT_EQ(stream.push("OPPED"), "");
  EXPECT_TRUE(stream.stopped());
  EXPECT_EQ(stream.push("more"), "");
  EXPECT_EQ(stream.finish(), "");
}

TEST(TextStream, what_was_held_back_comes_at_the_end) {
  TextStream stream({"</s>"});
  EXPECT_EQ(stream.push("one </"), "one ");
  EXPECT_EQ(stream.finish(), "</");
  EXPECT_FALSE(stream.stopped());
  EXPECT_EQ(stream.stop(), "");
}

TEST(TextStream, stop_string_that_is_whole_first_wins) {
  TextStream stream({"late", "b"});
  EXPECT_EQ(stream.push("abc late"), "a");
  TextStream nested({"bcd", "c"});
  EXPECT_EQ(nested.push("abcd"), "ab");
  EXPECT_EQ(nested.stop(), "c");
  TextStream same_end({"c", "bc"});
  EXPECT_EQ(same_end.push("abc"), "a");
  EXPECT_EQ(same_end.stop(), "bc");
}

TEST(TextStream, stop_string_in_the_midst_of_a_piece_cuts_it) {
  TextStream stream({"\n\n"});
  EXPECT_EQ(stream.push("first\n\nsecond"), "first");
  EXPECT_TRUE(stream.stopped());
}

TEST(TextStream, stop_string_may_begin_with_many_bytes) {
  TextStream stream({"€uro"});
  EXPECT_EQ(stream.push("5 \xE2"), "5 ");
  EXPECT_EQ(stream.push("\x82\xAC"), "");
  EXPECT_EQ(stream.push("ur0"), "€ur0");
}

TEST(TextStream, empty_stop_string_stops_nothing) {
  TextStream stream({"", "x"});
  EXPECT_EQ(stream.push("abc"), "abc");
}

TEST(TextStream, any_split_gives_the_text_up_to_the_earliest_stop_string) {
  std::mt19937 random(8);
  const std::vector<std::string> parts = {"a",    "b",        "ab",   "<",          "<|",
                                          "|>",   "é",        "€",    "\U0001F600", "\xE2",
                                          "\x82", "\xF0\x9F", "\xFF", " ",          "\xED\xA0"};
  const auto some = [&](size_t most) {
    std::string text;
    for (size_t n = random() % (most + 1); n > 0; --n) text += parts[random() % parts.size()];
    return text;
  };
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::string> stops(random() % 4);
    for (std::string& stop : stops) stop = some(3);
    const std::string text = some(30);
    std::vector<std::string> pieces;
    for (size_t at = 0; at < text.size();) {
      const size_t length = 1 + random() % 6;
      pieces.push_back(text.substr(at, length));
      at += length;
    }
    TextStream stream(stops);
    std::string out;
    for (const std::string& piece : pieces) {
      const std::string sent = stream.push(piece);
      ASSERT_TRUE(is_whole(sent));
      out += sent;
    }
    out += stream.finish();
    std::erase(stops, "");
    const std::string expected = cut(text, stops);
    ASSERT_EQ(out, well_formed(expected));
    ASSERT_EQ(stream.stopped(), expected.size() < text.size());
  }
}

TEST(TextStream, holds_back_no_more_than_it_must) {
  TextStream stream({"abc"});
  EXPECT_EQ(stream.push("xxab"), "xx");
  EXPECT_EQ(stream.push("ab"), "ab");
  EXPECT_EQ(all(stream, {"d"}), "abd");
}

}  // namespace
}  // namespace axllama
