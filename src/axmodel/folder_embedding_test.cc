#include "axmodel/folder_embedding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "axmodel/folder_test_support.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// As sentence-transformers writes it.
constexpr const char* kLastToken = R"({
  "word_embedding_dimension": 1024, "pooling_mode_cls_token": false,
  "pooling_mode_mean_tokens": false, "pooling_mode_max_tokens": false,
  "pooling_mode_weightedmean_tokens": false, "pooling_mode_lasttoken": true,
  "include_prompt": true
})";

void put_embedding_folder(const fs::path& folder, const ContainerWriter& head) {
  put_flat(folder);
  put_text(folder / "config.json", with(kFlatConfig, R"("eos": 7)", R"("is_embedding": true)"));
  put(folder / kHeadName, head);
}

TEST(FolderEmbedding, the_last_token_is_the_vector_where_nothing_says_otherwise) {
  const TempDir folder;
  put_embedding_folder(folder.path(), normed_head());
  const ModelFolder model = described(folder.path());
  EXPECT_TRUE(model.is_embedding);
  EXPECT_EQ(model.pooling, EmbeddingPooling::kLast);
  EXPECT_EQ(model.head_hidden, "output_norm");
  EXPECT_EQ(model.vocabulary, kRows);
  EXPECT_EQ(model.closing_token, "<|endoftext|>");
  EXPECT_THAT(model.remarks, IsEmpty());
}

TEST(FolderEmbedding, pooling_is_read_from_the_file_of_sentence_transformers_wherever_it_stands) {
  const TempDir folder;
  put_embedding_folder(folder.path(), normed_head());
  put_text(folder.path() / "python_backup/tokenizer/1_Pooling/config.json",
           R"({"pooling_mode_mean_tokens": true})");
  EXPECT_EQ(described(folder.path()).pooling, EmbeddingPooling::kMean);
  put_text(folder.path() / "1_Pooling/config.json", kLastToken);
  EXPECT_EQ(described(folder.path()).pooling, EmbeddingPooling::kLast);
}

TEST(FolderEmbedding, a_head_without_logits_makes_it_an_embedding_model) {
  const TempDir folder;
  put_flat(folder.path());
  put(folder.path() / kHeadName, normed_head(0));
  const ModelFolder model = described(folder.path());
  EXPECT_TRUE(model.is_embedding);
  EXPECT_THAT(model.remarks, ElementsAre(AllOf(HasSubstr(kHeadName), HasSubstr("no logits"))));
}

TEST(FolderEmbedding, a_head_with_logits_and_the_hidden_row_leaves_a_generating_model_one) {
  const TempDir folder;
  put_flat(folder.path());
  put(folder.path() / kHeadName, normed_head());
  const ModelFolder model = described(folder.path());
  EXPECT_FALSE(model.is_embedding);
  EXPECT_EQ(model.closing_token, "");
  EXPECT_EQ(model.head_hidden, "output_norm");
}

TEST(FolderEmbedding, a_head_with_logits_only_is_a_remark) {
  const TempDir folder;
  put_embedding_folder(folder.path(), shaped_head());
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.head_hidden, "");
  EXPECT_THAT(model.remarks, ElementsAre(HasSubstr("before the final norm")));
}

TEST(FolderEmbedding, a_missing_head_is_named) {
  const TempDir folder;
  put_embedding_folder(folder.path(), normed_head());
  fs::remove(folder.path() / kHeadName);
  EXPECT_THAT(error_in(folder.path()).message, HasSubstr(kHeadName));
}

TEST(FolderEmbedding, a_pooling_that_is_not_to_be_had_is_named_with_its_file) {
  const TempDir folder;
  put_embedding_folder(folder.path(), normed_head());
  put_text(folder.path() / "1_Pooling/config.json", R"({"pooling_mode_max_tokens": true})");
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, AllOf(HasSubstr("1_Pooling/config.json"), HasSubstr("max_tokens")));
}

TEST(FolderEmbedding, attention_that_looks_both_ways_is_unsupported) {
  const TempDir folder;
  put_weights(folder.path(), 2, "jina_embeddings_v5_omni_p8");
  put(folder.path() / kHeadName, normed_head(0));
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr("looks both ways"));
}

TEST(FolderEmbedding, poolings_have_two_spellings) {
  EXPECT_EQ(parse_pooling(kLastToken), EmbeddingPooling::kLast);
  EXPECT_EQ(parse_pooling(R"({"pooling_mode": "lasttoken"})"), EmbeddingPooling::kLast);
  EXPECT_EQ(parse_pooling(R"({"pooling_mode": "mean"})"), EmbeddingPooling::kMean);
}

TEST(FolderEmbedding, none_or_two_poolings_are_an_error) {
  EXPECT_EQ(parse_pooling("[1]").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(parse_pooling(R"({"pooling_mode_mean_tokens": false})").error().code,
            ErrorCode::kCorrupt);
  EXPECT_EQ(parse_pooling(R"({"pooling_mode_mean_tokens": true, "pooling_mode_lasttoken": true})")
                .error()
                .code,
            ErrorCode::kUnsupported);
  for (const char* other : {"weightedmean", "cls", "max"}) {
    const auto pooling = parse_pooling(R"({"pooling_mode": ")" + std::string(other) + "\"}");
    EXPECT_EQ(pooling.error().code, ErrorCode::kUnsupported) << other;
  }
}

TEST(FolderEmbedding, qwen3_texts_are_closed) {
  for (const char* type : {"Qwen3", "qwen3", "Qwen3VL", "Qwen3_VL"}) {
    EXPECT_EQ(closing_token_of(type), "<|endoftext|>") << type;
  }
  for (const char* type : {"", "Qwen2_5", "Qwen3_5", "Gemma3"}) {
    EXPECT_EQ(closing_token_of(type), "") << type;
  }
}

}  // namespace
}  // namespace axllama::axmodel
