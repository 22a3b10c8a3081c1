#include "store/hugging_face_files.h"

#include <gtest/gtest.h>

namespace axllama::store {
namespace {

const std::string kSha256(64, 'c');
const std::string kGit(40, 'd');

TEST(HuggingFaceFiles, a_file_in_lfs_has_its_sha256_and_its_true_size) {
  const auto files = parse_hub_tree(R"([{"type":"file","oid":")" + kGit +
                                    R"(","size":135,"path":"a/b.axmodel","lfs":{"oid":")" +
                                    kSha256 + R"(","size":62970116,"pointerSize":133}}])");
  ASSERT_TRUE(files);
  EXPECT_EQ(files->at(0), (HubFile{"a/b.axmodel", 62970116, kSha256, ""}));
}

TEST(HuggingFaceFiles, another_file_has_its_git_id_and_folders_are_left_out) {
  const auto files = parse_hub_tree(R"([{"type":"directory","oid":")" + kGit +
                                    R"(","size":0,"path":"a"},{"type":"file","oid":")" + kGit +
                                    R"(","size":7,"path":"a/c.json"}])");
  ASSERT_TRUE(files);
  ASSERT_EQ(files->size(), 1u);
  EXPECT_EQ(files->at(0), (HubFile{"a/c.json", 7, "", kGit}));
}

TEST(HuggingFaceFiles, what_is_no_list_of_files_is_an_error) {
  for (const char* text : {"", "{}", "[1]", R"([{"type":"file","path":"a"}])",
                           R"([{"type":"file","path":"a","size":1,"oid":"zz"}])",
                           R"([{"type":"file","path":"a","size":1,"lfs":{"oid":"12"}}])"}) {
    const auto files = parse_hub_tree(text);
    ASSERT_FALSE(files) << text;
    EXPECT_EQ(files.error().code, ErrorCode::kCorrupt);
  }
}

TEST(HuggingFaceFiles, a_revision_is_a_commit) {
  EXPECT_EQ(parse_hub_revision(R"({"sha":")" + kGit + "\"}").value(), kGit);
  EXPECT_FALSE(parse_hub_revision(R"({"sha":"main"})"));
}

TEST(HuggingFaceFiles, a_git_id_is_that_of_a_blob) {
  // What `git hash-object` says.
  EXPECT_TRUE(has_git_id("", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"));
  EXPECT_TRUE(has_git_id("hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"));
  EXPECT_FALSE(has_git_id("hello", "ce013625030ba8dba906f756967f9e9ca394464a"));
}

}  // namespace
}  // namespace axllama::store
