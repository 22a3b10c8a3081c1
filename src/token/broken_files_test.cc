#include "token/broken_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "test_places.h"
#include "token/vocabulary.h"

namespace axllama {
namespace {

using namespace test_kit;

const std::string kSprout = source_path("/models/sprout/sprout-q8_0.gguf");

Error error_of(const std::filesystem::path& file) {
  const auto loaded = Vocabulary::load(file);
  EXPECT_FALSE(loaded) << file;
  return loaded ? Error{} : loaded.error();
}

TEST(BrokenVocabulary, a_missing_file_is_not_found) {
  const Error error = error_of("/no/such/model.gguf");
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_NE(error.message.find("/no/such/model.gguf"), std::string::npos);
}

TEST(BrokenVocabulary, a_folder_is_corrupt) {
  EXPECT_EQ(error_of(source_path("/models")).code, ErrorCode::kCorrupt);
}

TEST(BrokenVocabulary, a_pipe_is_corrupt_and_not_waited_for) {
  const ScratchFile file;
  ASSERT_EQ(mkfifo(file.path().c_str(), 0600), 0);
  EXPECT_EQ(error_of(file.path()).code, ErrorCode::kCorrupt);
}

TEST(BrokenVocabulary, an_empty_file_is_corrupt) {
  const ScratchFile file;
  EXPECT_EQ(error_of(file.hold("")).code, ErrorCode::kCorrupt);
}

TEST(BrokenVocabulary, noise_is_corrupt_and_the_reason_is_named) {
  const ScratchFile file;
  const Error error = error_of(file.hold(std::string(4096, 'x')));
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_NE(error.message.find("invalid magic"), std::string::npos) << error.message;
}

TEST(BrokenVocabulary, a_cut_header_is_corrupt) {
  const ScratchFile file;
  const std::string whole = bytes_of(kSprout);
  for (size_t size = 1; size < 67'000; size = size * 5 / 4 + 1) {
    EXPECT_EQ(error_of(file.hold(whole.substr(0, size))).code, ErrorCode::kCorrupt) << size;
  }
}

TEST(BrokenVocabulary, a_wrong_bit_in_the_header_never_ends_the_process) {
  const ScratchFile file;
  const std::string whole = bytes_of(kSprout).substr(0, 70'000);
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    const auto loaded =
        Vocabulary::load(file.hold(with_a_wrong_bit(whole, kSproutScalars, random)));
    if (!loaded) continue;
    const std::string text = "Grüße <|im_end|>\n";
    (*loaded)->decode((*loaded)->encode(text, true, true), true);
  }
}

}  // namespace
}  // namespace axllama
