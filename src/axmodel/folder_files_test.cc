// Layouts found in the wild, through describe_folder.
#include "axmodel/folder_files.h"

#include <gmock/gmock.h>

#include "axmodel/folder_test_support.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The config's names with a folder in front of that of the layers, head and table.
std::string config_with_weights_in(const std::string& weights) {
  std::string text = kFlatConfig;
  for (const char* name : {"qwen3_p8_l", "qwen3_post", "model.embed"}) {
    text = with(text, "\"" + std::string(name), "\"" + weights + name);
  }
  return text;
}

TEST(FolderFiles, config_in_a_subfolder_counts_down_to_the_third_level) {
  const TempDir folder;
  put_flat(folder.path() / "a/b/c");
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.path, folder.path());
  EXPECT_EQ(model.layers.at(2), folder.path() / "a/b/c" / layer_name(2));
  EXPECT_EQ(model.tokenizer, folder.path() / "a/b/c" / kTokenizerName);
  EXPECT_THAT(model.remarks, IsEmpty());
  fs::create_directory(folder.path() / "x");
  fs::rename(folder.path() / "a", folder.path() / "x/a");
  EXPECT_EQ(error_in(folder.path()).code, ErrorCode::kNotFound);
}

TEST(FolderFiles, second_build_beside_that_config_names_does_not_count) {
  const TempDir folder;
  put_flat(folder.path());
  put_weights(folder.path() / "Qwen3-C256", 2, "qwen3_p256");
  put(folder.path() / layer_name(0, "qwen3_p256"), shaped_layer());
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.layers.size(), 3u);
  EXPECT_EQ(model.head, folder.path() / kHeadName);
}

TEST(FolderFiles, config_nearest_to_the_root_counts_and_two_equally_near_are_refused) {
  const TempDir folder;
  put_flat(folder.path() / "a");
  put_flat(folder.path() / "b/c");
  EXPECT_EQ(described(folder.path()).head, folder.path() / "a" / kHeadName);
  put_flat(folder.path() / "d");
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr((folder.path() / "a").string()));
  EXPECT_THAT(error.message, HasSubstr((folder.path() / "d").string()));
}

TEST(FolderFiles, names_in_config_may_have_folders) {
  const TempDir folder;
  put_weights(folder.path() / "internvl3-5_axmodel");
  put_text(folder.path() / kTokenizerName, "430 3\n");
  put_text(folder.path() / "config.json", config_with_weights_in("internvl3-5_axmodel/"));
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.layers.at(0), folder.path() / "internvl3-5_axmodel" / layer_name(0));
  EXPECT_EQ(model.embeddings, folder.path() / "internvl3-5_axmodel" / kTableName);
  EXPECT_EQ(model.tokenizer, folder.path() / kTokenizerName);
}

TEST(FolderFiles, names_that_lead_out_of_the_folder_are_refused) {
  const TempDir folder;
  put_flat(folder.path() / "m");
  put_weights(folder.path() / "out");
  const std::string outside = (folder.path() / "out/").string();
  for (const std::string& weights :
       {std::string("../out/"), std::string("x/../../out/"), outside}) {
    put_text(folder.path() / "m/config.json", config_with_weights_in(weights));
    const Error error = error_in(folder.path() / "m");
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_THAT(error.message, HasSubstr("3 things are wrong"));
    EXPECT_THAT(error.message, HasSubstr("outside the folder"));
  }
}

TEST(FolderFiles, legacy_package_with_empty_or_foreign_config_is_found_by_names) {
  for (const char* config : {"", R"({"architectures": ["Qwen2ForCausalLM"]})", "{\"axmodel_num"}) {
    const TempDir folder;
    const fs::path weights = folder.path() / "qwen2.5-0.5b-gptq-int4-ax650";
    put_text(folder.path() / "config.json", config);
    put_weights(weights, 3, "qwen2_p128");
    fs::rename(weights / kHeadName, weights / "qwen2_post.axmodel");
    put_weights(folder.path() / "qwen2.5-0.5b-ax630c", 3, "qwen2_p128");
    put_text(folder.path() / "qwen2.5_tokenizer/tokenizer.json", "{}");
    put_text(folder.path() / "post_config.json", R"({"top_p": 0.8})");
    const ModelFolder model = described(folder.path());
    EXPECT_EQ(model.layers.size(), 3u);
    EXPECT_EQ(model.head, weights / "qwen2_post.axmodel");
    EXPECT_EQ(model.embeddings, weights / kTableName);
    EXPECT_EQ(model.tokenizer_kind, TokenizerKind::kHfFolder);
    EXPECT_EQ(model.tokenizer, folder.path() / "qwen2.5_tokenizer");
    EXPECT_EQ(model.tokenizer_type, "Qwen2_5");
    EXPECT_EQ(model.sampling.top_p, 0.8);
    EXPECT_THAT(model.remarks, Contains(HasSubstr("no usable config.json")));
  }
}

TEST(FolderFiles, without_config_a_gap_in_the_layers_is_named) {
  const TempDir folder;
  put_weights(folder.path(), 7);
  for (const int layer : {1, 3, 4, 5}) fs::remove(folder.path() / layer_name(layer));
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr("2 things are wrong"));
  EXPECT_THAT(error.message, HasSubstr(layer_name(1) + " is missing"));
  EXPECT_THAT(error.message,
              HasSubstr(layer_name(3) + " to " + layer_name(5) + " are missing, 3 layer files"));
}

TEST(FolderFiles, several_builds_without_config_are_listed) {
  const TempDir folder;
  put_weights(folder.path() / "m-ax650");
  put_weights(folder.path() / "m-ctx-ax650", 2);
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr("m-ax650 (qwen3_p8, 3 layers)"));
  EXPECT_THAT(error.message, HasSubstr("m-ctx-ax650 (qwen3_p8, 2 layers)"));
  EXPECT_EQ(described(folder.path() / "m-ax650").layers.size(), 3u);
}

TEST(FolderFiles, folders_for_other_chips_alone_are_unsupported) {
  const TempDir folder;
  put_weights(folder.path() / "m-ax630c");
  put_weights(folder.path() / "m-AX620E");
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr("for other chips only"));
  EXPECT_THAT(error.message, HasSubstr("m-AX620E"));
}

TEST(FolderFiles, onnx_spelling_is_accepted_with_and_without_config) {
  const TempDir folder;
  put_flat(folder.path());
  for (const std::string& name : {layer_name(0), layer_name(2), std::string(kHeadName)}) {
    fs::rename(folder.path() / name, folder.path() / (name + ".onnx"));
  }
  EXPECT_EQ(described(folder.path()).layers.at(2), folder.path() / (layer_name(2) + ".onnx"));
  fs::remove(folder.path() / "config.json");
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.layers.size(), 3u);
  EXPECT_EQ(model.head, folder.path() / (std::string(kHeadName) + ".onnx"));
}

TEST(FolderFiles, more_layers_than_axmodel_num_says_all_count) {
  const TempDir folder;
  put_flat(folder.path());
  put(folder.path() / layer_name(3), shaped_layer());
  put(folder.path() / layer_name(9), shaped_layer());
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.layers.size(), 4u);
  EXPECT_THAT(model.remarks, ElementsAre(HasSubstr("axmodel_num 3, but there are 4 layer files")));
}

TEST(FolderFiles, fewer_layers_than_axmodel_num_says_are_missing) {
  const TempDir folder;
  put_flat(folder.path());
  put_text(folder.path() / "config.json",
           with(kFlatConfig, "\"axmodel_num\": 3", "\"axmodel_num\": 5"));
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr(layer_name(3) + " to " + layer_name(4)));
  EXPECT_THAT(error.message, HasSubstr("config.json says axmodel_num 5"));
}

TEST(FolderFiles, axmodel_num_of_no_use_is_counted_from_the_files) {
  const TempDir folder;
  put_flat(folder.path());
  put_text(folder.path() / "config.json",
           with(kFlatConfig, "\"axmodel_num\": 3", "\"axmodel_num\": 0"));
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.layers.size(), 3u);
  EXPECT_THAT(model.remarks, ElementsAre(HasSubstr("axmodel_num is not a number")));
}

TEST(FolderFiles, files_that_config_names_but_are_not_there_are_listed) {
  const TempDir folder;
  put_flat(folder.path());
  for (const std::string& name : {layer_name(1), std::string(kHeadName), std::string(kTableName),
                                  std::string(kTokenizerName)}) {
    fs::remove(folder.path() / name);
  }
  fs::create_symlink("nowhere", folder.path() / kHeadName);
  const Error error = error_in(folder.path());
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.message, HasSubstr("4 things are wrong"));
  EXPECT_THAT(error.message, HasSubstr(layer_name(1) + " is missing"));
  EXPECT_THAT(error.message, HasSubstr("qwen3_post.axmodel is a link to a file that is not there"));
  EXPECT_THAT(error.message, HasSubstr(std::string(kTableName) + " is missing"));
}

TEST(FolderFiles, names_that_config_lacks_are_found_by_their_usual_form) {
  const TempDir folder;
  put_flat(folder.path());
  put_text(folder.path() / "config.json", R"({"axmodel_num": 3})");
  const ModelFolder model = described(folder.path());
  EXPECT_EQ(model.layers.size(), 3u);
  EXPECT_EQ(model.head, folder.path() / kHeadName);
  EXPECT_EQ(model.tokenizer, folder.path() / kTokenizerName);
  EXPECT_EQ(model.tokenizer_type, "Qwen3");
  put(folder.path() / layer_name(0, "other"), shaped_layer());
  EXPECT_THAT(error_in(folder.path()).message, HasSubstr("no usable template_filename_axmodel"));
}

}  // namespace
}  // namespace axllama::axmodel
