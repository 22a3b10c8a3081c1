#include "chat/image_marks.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

using Pieces = std::vector<PromptPiece>;

std::string shown(const std::vector<Message>& messages) {
  std::string text;
  for (const Message& message : with_image_marks(messages)) text += message.content + "|";
  return with_written_marks(text);
}

Message user(std::string content, std::vector<std::string> images,
             std::vector<size_t> places = {}) {
  return {.role = "user",
          .content = std::move(content),
          .images = std::move(images),
          .image_places = std::move(places)};
}

TEST(ImageMarks, images_stand_in_front_and_are_numbered_through_the_conversation) {
  EXPECT_EQ(shown({user("one", {"a", "b"}), user("none", {}), user("two", {"c"})}),
            "[img-0][img-1]one|none|[img-2]two|");
}

TEST(ImageMarks, ollamas_word_says_where_an_image_stands) {
  EXPECT_EQ(shown({user("see [img] and [img]!", {"a", "b", "c"})}),
            "[img-2]see [img-0] and [img-1]!|");
}

TEST(ImageMarks, a_place_says_where_an_image_stands) {
  EXPECT_EQ(shown({user("onetwo", {"a", "b", "c", "d"}, {0, 3, 3, 6})}),
            "[img-0]one[img-1][img-2]two[img-3]|");
  EXPECT_EQ(shown({user("x", {"a"}, {100})}), "x[img-0]|");
}

TEST(ImageMarks, bytes_of_images_are_left_out) {
  const auto marked = with_image_marks(std::vector{user("x", {"bytes"})});
  EXPECT_EQ(marked[0].images, std::vector<std::string>{""});
  EXPECT_EQ(count_images(marked), 1U);
}

TEST(ImageMarks, a_prompt_is_split_at_marks) {
  const std::string prompt = "a" + image_mark(1) + image_mark(0) + "b";
  EXPECT_EQ(split_at_images(prompt),
            (Pieces{{.text = "a"}, {.image = 1}, {.image = 0}, {.text = "b"}}));
  EXPECT_EQ(split_at_images("plain [img-0]"), (Pieces{{.text = "plain [img-0]"}}));
  EXPECT_EQ(split_at_images(""), Pieces{});
  const std::string cut = image_mark(7).substr(0, image_mark(7).size() - 1);
  EXPECT_EQ(split_at_images(cut), (Pieces{{.text = cut}}));
}

TEST(ImageMarks, written_marks_count_where_there_is_such_an_image) {
  EXPECT_EQ(split_at_written_marks("see [img-1][img-2][img-x] [img-0]", 2),
            (Pieces{{.text = "see "}, {.image = 1}, {.text = "[img-2][img-x] "}, {.image = 0}}));
  EXPECT_EQ(split_at_written_marks("[img-99999999999999999999999]", 1),
            (Pieces{{.text = "[img-99999999999999999999999]"}}));
}

}  // namespace
}  // namespace axllama
