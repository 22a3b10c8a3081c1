#include "axmodel/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "axmodel/folder_test_support.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A flat folder whose config has `from` replaced.
void put_changed(const fs::path& folder, const std::string& from, const std::string& to) {
  put_flat(folder);
  put_text(folder / "config.json", with(kFlatConfig, from, to));
}

TEST(Folder, flat_folder_is_described_from_config_containers_and_table) {
  const TempDir folder;
  put_flat(folder.path());
  put_text(folder.path() / "post_config.json", R"({"temperature": 0.9, "top_k": 10})");
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.path, folder.path());
  EXPECT_THAT(model.layers,
              ElementsAre(folder.path() / layer_name(0), folder.path() / layer_name(1),
                          folder.path() / layer_name(2)));
  EXPECT_EQ(model.head, folder.path() / kHeadName);
  EXPECT_EQ(model.embeddings, folder.path() / kTableName);
  EXPECT_EQ(model.tokenizer_kind, TokenizerKind::kText);
  EXPECT_EQ(model.tokenizer, folder.path() / kTokenizerName);
  EXPECT_EQ(model.tokenizer_type, "Qwen3");
  EXPECT_EQ(model.hidden, kHidden);
  EXPECT_EQ(model.kv_size, kKv);
  EXPECT_EQ(model.chunk, 8);
  EXPECT_EQ(model.vocabulary, kRows);
  EXPECT_EQ(model.head_top_k, 0);
  EXPECT_EQ(model.embedding_rows, kRows);
  EXPECT_EQ(model.context(), 63);
  EXPECT_EQ(model.chunks.size(), 3u);
  EXPECT_EQ(model.weight_bytes, 3u * 1000 + 3000);
  EXPECT_EQ(model.largest_file, fs::file_size(model.head));
  ASSERT_EQ(model.layer_bytes.size(), 3u);
  EXPECT_EQ(model.layer_bytes[2], (FileBytes{1000, fs::file_size(model.layers[2])}));
  EXPECT_EQ(model.head_bytes, (FileBytes{3000, fs::file_size(model.head)}));
  EXPECT_EQ(model.compiler_version, "5.2");
  EXPECT_EQ(model.system_prompt, "Be kind.");
  EXPECT_THAT(model.end_tokens, ElementsAre(7));
  EXPECT_EQ(model.sampling.temperature, 0.9);
  EXPECT_EQ(model.sampling.top_k, 10);
  EXPECT_THAT(model.remarks, IsEmpty());
}

TEST(Folder, files_that_are_links_are_fine) {
  const TempDir folder;
  put_flat(folder.path() / "blobs");
  fs::create_directory(folder.path() / "snapshot");
  for (const auto& file : fs::directory_iterator(folder.path() / "blobs")) {
    const fs::path name = file.path().filename();
    fs::create_symlink("../blobs" / name, folder.path() / "snapshot" / name);
  }
  EXPECT_EQ(described(folder.path() / "snapshot").layers.size(), 3u);
}

TEST(Folder, head_with_top_k_takes_the_vocabulary_from_the_table) {
  const TempDir folder;
  put_flat(folder.path());
  put(folder.path() / kHeadName, shaped_head(0, 40));
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.head_top_k, 40);
  EXPECT_EQ(model.vocabulary, kRows);
}

TEST(Folder, layers_from_compilers_of_different_versions_are_a_remark) {
  const TempDir folder;
  put_flat(folder.path());
  ContainerWriter other = shaped_layer();
  other.doc_string = "Pulsar2 Version: 5.1\n";
  put(folder.path() / layer_name(1), other);
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.compiler_version, "5.2");
  EXPECT_THAT(model.remarks, ElementsAre(HasSubstr("5.1 (1 layers), 5.2 (2 layers)")));
}

TEST(Folder, layer_of_another_shape_is_corrupt_even_when_it_is_the_first) {
  const TempDir folder;
  put_flat(folder.path());
  put(folder.path() / layer_name(0), shaped_layer({shaped_group(1, 31)}));
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr(layer_name(0) + ": its shape differs"));
  EXPECT_THAT(error.message, HasSubstr("context 31 instead of 63"));
  EXPECT_THAT(error.message, Not(HasSubstr(layer_name(2))));
}

TEST(Folder, head_for_another_hidden_size_is_corrupt) {
  const TempDir folder;
  put_flat(folder.path());
  put(folder.path() / kHeadName, shaped_head(kRows, 0, 128));
  EXPECT_THAT(error_in(folder.path()).message,
              HasSubstr("the head takes rows of 128 numbers, but the layers give 64"));
}

TEST(Folder, table_must_be_whole_rows) {
  const TempDir folder;
  put_flat(folder.path());
  put_hole(folder.path() / kTableName, kRows * kHidden * 2 + 1);
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, HasSubstr("12801 bytes are no whole number of rows of 64"));
}

TEST(Folder, table_with_fewer_rows_than_the_head_has_tokens_is_corrupt) {
  const TempDir folder;
  put_flat(folder.path());
  put_hole(folder.path() / kTableName, (kRows - 1) * kHidden * 2);
  EXPECT_THAT(error_in(folder.path()).message, HasSubstr("99 rows, but the head knows 100 tokens"));
}

TEST(Folder, table_with_more_rows_than_the_head_has_tokens_is_a_remark) {
  const TempDir folder;
  put_flat(folder.path());
  put(folder.path() / kHeadName, shaped_head(kRows - 4));
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.vocabulary, kRows - 4);
  EXPECT_THAT(model.remarks, ElementsAre(HasSubstr("100 rows, but the head knows 96 tokens")));
}

TEST(Folder, embedding_model_need_not_give_logits) {
  const TempDir folder;
  put_changed(folder.path(), R"("eos": 7)", R"("is_embedding": true)");
  put(folder.path() / kHeadName, shaped_head(kHidden));
  const ModelFolder model = described(folder.path());
  EXPECT_TRUE(model.is_embedding);
  EXPECT_EQ(model.vocabulary, 0);
  EXPECT_EQ(model.head_hidden, "output");
  EXPECT_THAT(model.remarks, IsEmpty());
}

TEST(Folder, wrong_table_sizes_in_config_are_remarks) {
  const TempDir folder;
  put_changed(folder.path(), R"("tokens_embed_num": 100, "tokens_embed_size": 64)",
              R"("tokens_embed_num": 101, "tokens_embed_size": 2560)");
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.hidden, kHidden);
  EXPECT_EQ(model.embedding_rows, kRows);
  EXPECT_THAT(
      model.remarks,
      ElementsAre("config.json says tokens_embed_size 2560, but the layers' hidden size is 64.",
                  "config.json says tokens_embed_num 101, but the number of rows in the "
                  "table is 100."));
}

TEST(Folder, linear_attention_layers_are_named) {
  const TempDir folder;
  put_flat(folder.path());
  Group linear = shaped_group(1, 63);
  linear.inputs[0].name = "conv_state";
  linear.inputs[1].name = "recurrent_state";
  put(folder.path() / layer_name(1), shaped_layer({linear}));
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr(layer_name(1) + ": this is a linear-attention layer"));
}

TEST(Folder, stubs_and_cut_files_are_named_all_at_once) {
  const TempDir folder;
  put_flat(folder.path());
  put_text(folder.path() / layer_name(0), kStub);
  fs::resize_file(folder.path() / layer_name(2), fs::file_size(folder.path() / layer_name(2)) / 2);
  put_text(folder.path() / kHeadName, "");
  put_text(folder.path() / kTableName, kStub);
  put_text(folder.path() / kTokenizerName, kStub);
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_THAT(error.message, testing::StartsWith("5 things are wrong with the model folder " +
                                                 folder.path().string() + ":\n"));
  for (const std::string& name : {layer_name(0), layer_name(2), std::string(kHeadName),
                                  std::string(kTableName), std::string(kTokenizerName)}) {
    EXPECT_THAT(error.message, HasSubstr("/" + name + ": ")) << name;
  }
  EXPECT_THAT(error.message, Not(HasSubstr(layer_name(1))));
  EXPECT_THAT(error.hint, HasSubstr("git lfs pull"));
}

TEST(Folder, what_is_no_folder_is_not_found) {
  const TempDir folder;
  EXPECT_EQ(error_in(folder.path() / "none").code, ErrorCode::kNotFound);
  EXPECT_EQ(error_in(folder.path()).code, ErrorCode::kNotFound);
  EXPECT_THAT(error_in(folder.path()).message, HasSubstr("no layer files"));
}

TEST(Folder, model_of_64_large_layers_is_described_from_headers_alone) {
  const TempDir folder;
  put_flat(folder.path());
  ContainerWriter layer = shaped_layer();
  layer.weights = {hole("npu_params", 1LL << 30)};
  for (int i = 0; i < 64; ++i) put(folder.path() / layer_name(i), layer);
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.layers.size(), 64u);
  EXPECT_EQ(model.layers[10], folder.path() / layer_name(10));
  EXPECT_EQ(model.weight_bytes, (uint64_t{64} << 30) + 3000);
}

TEST(Folder, no_mutation_of_its_config_does_harm) {
  const TempDir folder;
  put_flat(folder.path());
  std::mt19937 random(5);
  constexpr const char* kPieces[] = {"../", "/", "%d", "null", "{", "\"", "\\u0000", "-1", "1e9"};
  int usable = 0;
  for (int round = 0; round < 300; ++round) {
    std::string text = kFlatConfig;
    for (size_t changes = 1 + random() % 3; changes > 0; --changes) {
      const size_t at = random() % text.size();
      if (random() % 2 == 0)
        text.erase(at, random() % 8 + 1);
      else
        text.insert(at, kPieces[random() % std::size(kPieces)]);
    }
    put_text(folder.path() / "config.json", text);
    const auto model = describe_folder(folder.path());
    usable += model ? 1 : 0;
    EXPECT_EQ(model ? model->layers.size() : 3u, 3u) << text;
    EXPECT_NE(model ? "described" : model.error().message, "") << text;
  }
  EXPECT_GT(usable, 10);
  EXPECT_LT(usable, 300);
}

}  // namespace
}  // namespace axllama::axmodel
