#include "cli/image_paths.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace axllama::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ImagePaths : public testing::Test {
 protected:
  ImagePaths() : folder_(testing::TempDir() + "image_paths") {
    std::filesystem::create_directories(folder_);
    for (const char* name : {"/a.png", "/my cat.JPG", "/b.webp", "/text.txt"}) {
      std::ofstream(folder_ + name) << name;
    }
  }
  ~ImagePaths() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(ImagePaths, files_that_are_named_become_images) {
  const TextWithImages taken =
      *take_images("compare " + folder_ + "/a.png and " + folder_ + "/b.webp, please");
  EXPECT_THAT(taken.images, ElementsAre("/a.png", "/b.webp"));
  EXPECT_THAT(taken.paths, ElementsAre(folder_ + "/a.png", folder_ + "/b.webp"));
  EXPECT_EQ(taken.text, "compare  and , please");
}

TEST_F(ImagePaths, blanks_may_be_escaped_quoted_or_plain) {
  for (const std::string& path :
       {folder_ + "/my\\ cat.JPG", "'" + folder_ + "/my cat.JPG'", folder_ + "/my cat.JPG"}) {
    const TextWithImages taken = *take_images("what is " + path);
    EXPECT_THAT(taken.images, ElementsAre("/my cat.JPG")) << path;
    EXPECT_EQ(taken.text, "what is") << path;
  }
}

TEST_F(ImagePaths, all_else_stays_text) {
  for (const std::string& text :
       {folder_ + "/none.png", folder_ + "/text.txt", std::string("either/or a.png? "),
        folder_ + "/a.pngs", std::string("")}) {
    const TextWithImages taken = *take_images(text);
    EXPECT_THAT(taken.images, IsEmpty());
    EXPECT_EQ(taken.text, text);
  }
}

}  // namespace
}  // namespace axllama::cli
