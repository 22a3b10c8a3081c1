#include "axmodel/folder_tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "axmodel/folder_test_support.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kText = "430 1\n";

// Looks from `folder` in `root` outwards; `named` is what config.json names there, if anything.
FoundTokenizer found_in(const fs::path& root, const std::string& folder, Findings& findings,
                        const std::string& named = {}) {
  const auto tree = list_folders(root);
  EXPECT_TRUE(tree);
  const std::string path = (root / folder).string();
  std::optional<ChosenConfig> chosen;
  if (!named.empty()) chosen = {path, {}};
  if (chosen) chosen->config.tokenizer = named;
  return find_tokenizer(*tree, chosen, path, findings);
}

TEST(FolderTokenizer, text_file_or_folder_that_config_names_is_taken) {
  const TempDir folder;
  put_text(folder.path() / "m/a.txt", kText);
  put_text(folder.path() / "m/hf/tokenizer.json", "{}");
  put_text(folder.path() / "m/b_tokenizer.txt", kText);
  Findings findings;
  EXPECT_EQ(found_in(folder.path(), "m", findings, "a.txt").path, folder.path() / "m/a.txt");
  for (const char* name : {"hf", "hf/tokenizer.json"}) {
    const FoundTokenizer found = found_in(folder.path(), "m", findings, name);
    EXPECT_EQ(found.kind, TokenizerKind::kHfFolder);
    EXPECT_EQ(fs::path(found.path), folder.path() / "m/hf");
  }
  EXPECT_THAT(findings.remarks, IsEmpty());
  EXPECT_THAT(findings.problems, IsEmpty());
}

TEST(FolderTokenizer, named_one_that_is_missing_is_replaced_with_a_remark) {
  const TempDir folder;
  put_text(folder.path() / "m/b_tokenizer.txt", kText);
  Findings findings;
  for (const char* name : {"a.txt", "http://127.0.0.1:12345"}) {
    EXPECT_EQ(found_in(folder.path(), "m", findings, name).path,
              folder.path() / "m/b_tokenizer.txt");
  }
  EXPECT_THAT(findings.remarks, ElementsAre(HasSubstr("b_tokenizer.txt is used instead"),
                                            HasSubstr("is used instead")));
  EXPECT_THAT(findings.problems, IsEmpty());
}

TEST(FolderTokenizer, named_one_that_is_missing_without_another_is_a_problem) {
  const TempDir folder;
  put_text(folder.path() / "m/x", "");
  Findings findings;
  EXPECT_EQ(found_in(folder.path(), "m", findings, "a.txt").kind, TokenizerKind::kNone);
  ASSERT_EQ(findings.problems.size(), 1u);
  EXPECT_EQ(findings.problems[0].code, ErrorCode::kNotFound);
}

TEST(FolderTokenizer, nearest_is_found_by_name) {
  const TempDir folder;
  put_text(folder.path() / "m/x", "");
  Findings findings;
  EXPECT_EQ(found_in(folder.path(), "m", findings).kind, TokenizerKind::kNone);
  EXPECT_THAT(findings.remarks, ElementsAre(HasSubstr("There is no tokenizer")));
  put_text(folder.path() / "qwen3_tokenizer.txt", kText);
  EXPECT_EQ(found_in(folder.path(), "m", findings).kind, TokenizerKind::kText);
  put_text(folder.path() / "qwen3-vl-tokenizer/vocab.json", "{}");
  EXPECT_EQ(found_in(folder.path(), "m", findings).kind, TokenizerKind::kText);
  put_text(folder.path() / "qwen3-vl-tokenizer/merges.txt", "");
  EXPECT_EQ(found_in(folder.path(), "m", findings).path, folder.path() / "qwen3-vl-tokenizer");
  put_text(folder.path() / "m/tokenizer.json", "{}");
  EXPECT_EQ(found_in(folder.path(), "m", findings).path, folder.path() / "m");
}

TEST(FolderTokenizer, stub_or_other_text_is_a_problem) {
  const TempDir folder;
  for (const std::string_view text : {kStub, std::string_view(""), std::string_view("431 1\n")}) {
    put_text(folder.path() / "m/tokenizer.txt", text);
    Findings findings;
    found_in(folder.path(), "m", findings);
    ASSERT_EQ(findings.problems.size(), 1u) << text;
    EXPECT_EQ(findings.problems[0].code, ErrorCode::kCorrupt);
    EXPECT_THAT(findings.problems[0].message, HasSubstr("m/tokenizer.txt"));
  }
}

TEST(FolderTokenizer, type_is_guessed_from_the_names_that_were_published) {
  const auto guess = [](const char* name) { return guess_tokenizer_type({name}); };
  EXPECT_EQ(guess("qwen2_p128_l0_together.axmodel"), "Qwen2_5");
  EXPECT_EQ(guess("qwen3_p128_l0_together.axmodel"), "Qwen3");
  EXPECT_EQ(guess("qwen3_vl_text_p128_l0_together.axmodel"), "Qwen3VL");
  EXPECT_EQ(guess("qwen3_5_text_p256_l0_together.axmodel"), "Qwen3_5");
  EXPECT_EQ(guess("qwen2_5_vl_p128_l0_together.axmodel"), "Qwen3VL");
  EXPECT_EQ(guess("smollm2-360m-ax650"), "SmolLM2");
  EXPECT_EQ(guess("SmolLM3-3B"), "SmolLM3");
  EXPECT_EQ(guess("smolvlm2_tokenizer.txt"), "SmolVLM2");
  EXPECT_EQ(guess("MiniCPMForCausalLM_p128_l0_together.axmodel"), "MiniCPM4");
  EXPECT_EQ(guess("minicpm_v46_tokenizer.txt"), "MiniCPMV46");
  EXPECT_EQ(guess("minicpm5_tokenizer.txt"), "MiniCPM5");
  EXPECT_EQ(guess("gemma3_text_p128_l0_together.axmodel"), "Gemma3");
  EXPECT_EQ(guess("hymt1-5_tokenizer.txt"), "HunYuan");
  EXPECT_EQ(guess("internvl3-5-2b_tokenizer.txt"), "InternVL3_5");
  EXPECT_EQ(guess("llava_qwen2_p128_l0_together.axmodel"), "FastVLM");
  EXPECT_EQ(guess("llama_p128_l0_together.axmodel"), "");
}

TEST(FolderTokenizer, first_name_that_tells_decides_but_deepseek_has_no_type) {
  EXPECT_EQ(guess_tokenizer_type({"tokenizer.txt", "llama_l0.axmodel", "smollm2-ax650", "qwen3"}),
            "SmolLM2");
  EXPECT_EQ(guess_tokenizer_type({"tokenizer", "qwen2_l0.axmodel", "deepseek-r1-1.5b-ax650"}), "");
}

}  // namespace
}  // namespace axllama::axmodel
