#include "chat/thinking_splitter.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

const go_template::Tags kTags{"<think>", "</think>"};

struct Split {
  std::string thinking, content;
  bool operator==(const Split&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Split& split) {
  return out << "[" << split.thinking << "|" << split.content << "]";
}

// In pieces of every size, and cut in two at every place: always the same.
Split split(std::string_view text, bool begun = false) {
  const auto fed = [&](std::vector<std::string_view> pieces) {
    ThinkingSplitter splitter(kTags, begun);
    Split all;
    const auto add = [&](const ThinkingSplitter::Pieces& more) {
      all.thinking += more.thinking;
      all.content += more.content;
      EXPECT_FALSE(all.thinking.ends_with("</th")) << "half a tag came out";
    };
    for (const std::string_view piece : pieces) add(splitter.push(piece));
    add(splitter.finish());
    return all;
  };
  const Split whole = fed({text});
  std::vector<std::string_view> bytes;
  for (size_t i = 0; i < text.size(); ++i) {
    bytes.push_back(text.substr(i, 1));
    EXPECT_EQ(fed({text.substr(0, i), text.substr(i)}), whole) << "cut at " << i;
  }
  EXPECT_EQ(fed(bytes), whole);
  return whole;
}

TEST(ThinkingSplitter, splits_at_its_tags) {
  EXPECT_EQ(split("<think>a</think>b"), (Split{"a", "b"}));
  EXPECT_EQ(split(" \n<think>\n a </think>\n\n b "), (Split{"a ", "b "}));
  EXPECT_EQ(split("<think></think>b"), (Split{"", "b"}));
  EXPECT_EQ(split("<think>\n\n</think>\n\nb"), (Split{"", "b"}));
}

TEST(ThinkingSplitter, what_does_not_begin_with_the_tag_is_content) {
  EXPECT_EQ(split("b"), (Split{"", "b"}));
  EXPECT_EQ(split(" \n b"), (Split{"", " \n b"}));
  EXPECT_EQ(split("a <think>b</think>"), (Split{"", "a <think>b</think>"}));
  EXPECT_EQ(split("<thing>b"), (Split{"", "<thing>b"}));
}

TEST(ThinkingSplitter, an_answer_may_break_off_anywhere) {
  EXPECT_EQ(split("<think>a"), (Split{"a", ""}));
  EXPECT_EQ(split("<think>a</thi"), (Split{"a</thi", ""}));
  EXPECT_EQ(split("<thi"), (Split{"", "<thi"}));
  EXPECT_EQ(split(""), (Split{"", ""}));
  EXPECT_EQ(split("<think>a</think> "), (Split{"a", ""}));
}

TEST(ThinkingSplitter, the_prompt_may_hold_the_opening_tag) {
  EXPECT_EQ(split("a</think>b", true), (Split{"a", "b"}));
  EXPECT_EQ(split("\na\n</think>\n\nb", true), (Split{"a\n", "b"}));
  EXPECT_EQ(split("a<b></</think>b", true), (Split{"a<b></", "b"}));
}

TEST(ThinkingSplitter, later_tags_are_text) {
  EXPECT_EQ(split("<think>a<think>b</think>c</think>d"), (Split{"a<think>b", "c</think>d"}));
}

}  // namespace
}  // namespace axllama
