#include "token/family_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_places.h"
#include "token/text_file_writer.h"
#include "token/vocabulary.h"
#include "token/vocabulary_file.h"

namespace axllama {
namespace {

using namespace test_kit;
using testing::HasSubstr;
using testing::Not;

const std::string kText =
    "430 1\n3 1 0\n6 7 8 7 \n9\naA==\naQ==\nIA==\naGk=\nIGg=\nIGhp\nPHxpbV9zdGFydHw+\n"
    "PHxpbV9lbmR8Pg==\nCgo=\n";

TEST(FamilyTemplate, every_family_writes_its_own_markers) {
  for (const char* type : {"Qwen2_5", "Qwen3", "Qwen3VL", "Qwen3Omni", "Qwen3_5", "Qwen3_5VL",
                           "SmolLM2", "MiniCPM4", "MiniCPM5"}) {
    EXPECT_THAT(family_template(type), HasSubstr("<|im_start|>")) << type;
  }
  EXPECT_THAT(family_template("Gemma3"), HasSubstr("<start_of_turn>"));
  EXPECT_THAT(family_template("HunYuan"), HasSubstr("<\uff5chy_User\uff5c>"));
}

TEST(FamilyTemplate, abilities_are_those_the_family_was_trained_for) {
  EXPECT_EQ(family_abilities("Qwen3"), (FamilyAbilities{true, true, true}));
  EXPECT_EQ(family_abilities("Qwen2_5"), (FamilyAbilities{true, true, false}));
  EXPECT_EQ(family_abilities("Qwen3_5"), (FamilyAbilities{true, false, true}));
  EXPECT_EQ(family_abilities("Gemma3"), (FamilyAbilities{true, false, false}));
  EXPECT_EQ(family_abilities("Gemma4"), FamilyAbilities{});
}

TEST(FamilyTemplate, an_unknown_type_has_none) {
  EXPECT_EQ(family_template(""), "");
  EXPECT_EQ(family_template("qwen3"), "");
  EXPECT_EQ(family_template("Qwen4"), "");
}

TEST(FamilyTemplate, a_type_whose_conversations_are_not_known_has_none) {
  for (const char* type : {"SmolLM3", "InternVL3", "Gemma4", "GLM5", "Phi4"}) {
    EXPECT_EQ(family_template(type), "") << type;
  }
}

class FamilyTemplateInFile : public testing::Test {
 protected:
  std::string template_of(const std::string& path, bool is_folder, const std::string& type) const {
    const auto file = vocabulary_for(path, is_folder, type, 0, folder_.path() / "cache");
    if (!file) throw std::runtime_error(file.error().text());
    const auto vocabulary = Vocabulary::load(*file);
    if (!vocabulary) throw std::runtime_error(vocabulary.error().text());
    return (*vocabulary)->chat_template();
  }

  ScratchFolder folder_;
  std::string text_ = folder_.hold("tokenizer.txt", kText);
};

TEST_F(FamilyTemplateInFile, a_text_file_gets_its_familys) {
  EXPECT_EQ(template_of(text_, false, "Qwen3"), family_template("Qwen3"));
  EXPECT_EQ(template_of(text_, false, "Qwen2_5"), family_template("Qwen2_5"));
  EXPECT_EQ(template_of(text_, false, "InternVL3"), "");
}

TEST_F(FamilyTemplateInFile, a_folders_own_template_goes_first) {
  const std::string own = template_of(source_path("/models/sprout/hf"), true, "Qwen3");
  EXPECT_THAT(own, HasSubstr("Sprout's conversation format"));
  EXPECT_NE(own, family_template("Qwen3"));
}

}  // namespace
}  // namespace axllama
