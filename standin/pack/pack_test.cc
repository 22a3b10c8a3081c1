#include "standin/pack/pack.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "axmodel/container.h"
#include "standin/compute/layer_spec.h"
#include "standin/pack/test_pack.h"

namespace axllama::pack {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::set<std::string> files_in(const fs::path& folder) {
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.insert(fs::relative(entry.path(), folder).string());
  }
  return files;
}

std::set<std::string> model_paths(const std::string& folder) {
  std::set<std::string> paths = {folder + "qwen3_post.axmodel",
                                 folder + "model.embed_tokens.weight.bfloat16.bin"};
  for (int layer = 0; layer < 6; ++layer) {
    paths.insert(folder + "qwen3_p64_l" + std::to_string(layer) + "_together.axmodel");
  }
  return paths;
}

TEST(Pack, flat_folder_has_these_files) {
  for (const bool gguf : {true, false}) {
    const Scratch scratch;
    pack(sprout(gguf), options_of(Layout::kFlat), scratch.path);
    auto expected = model_paths("");
    expected.merge(std::set<std::string>{"README.md", "config.json", "post_config.json",
                                         "qwen3_tokenizer.txt"});
    EXPECT_EQ(files_in(scratch.path), expected);
  }
}

TEST(Pack, nested_folder_names_its_subfolder_in_config_json) {
  const Scratch scratch;
  pack(sprout(true), options_of(Layout::kNested), scratch.path);
  auto expected = model_paths("sprout_axmodel/");
  expected.merge(
      std::set<std::string>{"README.md", "config.json", "post_config.json", "qwen3_tokenizer.txt"});
  EXPECT_EQ(files_in(scratch.path), expected);
  const Json config = Json::parse(get(scratch.path / "config.json"));
  EXPECT_EQ(config["template_filename_axmodel"], "sprout_axmodel/qwen3_p64_l%d_together.axmodel");
}

TEST(Pack, old_folder_has_run_scripts_an_empty_config_and_a_tokenizer_folder) {
  for (const bool gguf : {true, false}) {
    const Scratch scratch;
    pack(sprout(gguf), options_of(Layout::kOld), scratch.path);
    auto expected = model_paths("sprout-ax650/");
    expected.merge(std::set<std::string>{
        "README.md", "config.json", "post_config.json", "run_sprout_ax650.sh",
        "run_sprout_axcl_aarch64.sh", "run_sprout_axcl_x86.sh", "sprout_tokenizer/tokenizer.json",
        "sprout_tokenizer/tokenizer_config.json", "sprout_tokenizer/vocab.json",
        "sprout_tokenizer/merges.txt"});
    if (!gguf) expected.insert("sprout_tokenizer/generation_config.json");
    EXPECT_EQ(files_in(scratch.path), expected);
    EXPECT_EQ(fs::file_size(scratch.path / "config.json"), 0U);
    const std::string script = get(scratch.path / "run_sprout_axcl_aarch64.sh");
    EXPECT_NE(script.find("./main_axcl_aarch64 "), std::string::npos);
    EXPECT_NE(script.find("--tokens_embed_num 2048 "), std::string::npos);
    EXPECT_NE(script.find("--tokens_embed_size 192 "), std::string::npos);
    EXPECT_NE(script.find("sprout-ax650/qwen3_p64_l%d_together.axmodel"), std::string::npos);
  }
}

TEST(Pack, config_json_has_the_required_keys) {
  const Scratch scratch;
  pack(sprout(true), options_of(Layout::kFlat), scratch.path);
  const Json config = Json::parse(get(scratch.path / "config.json"));
  EXPECT_EQ(config["model_name"], "Sprout");
  EXPECT_EQ(config["tokenizer_type"], "Qwen3");
  EXPECT_EQ(config["url_tokenizer_model"], "qwen3_tokenizer.txt");
  EXPECT_EQ(config["template_filename_axmodel"], "qwen3_p64_l%d_together.axmodel");
  EXPECT_EQ(config["axmodel_num"], 6);
  EXPECT_EQ(config["filename_post_axmodel"], "qwen3_post.axmodel");
  EXPECT_EQ(config["filename_tokens_embed"], "model.embed_tokens.weight.bfloat16.bin");
  EXPECT_EQ(config["tokens_embed_num"], 2048);
  EXPECT_EQ(config["tokens_embed_size"], 192);
  EXPECT_TRUE(Json::parse(get(scratch.path / "post_config.json")).contains("enable_temperature"));
}

TEST(Pack, config_can_be_missing_and_the_tokenizer_left_out) {
  const Scratch scratch;
  PackOptions options = options_of(Layout::kFlat);
  options.config = ConfigForm::kMissing;
  options.tokenizer = TokenizerForm::kNone;
  pack(sprout(true), options, scratch.path);
  auto expected = model_paths("");
  expected.merge(std::set<std::string>{"README.md", "post_config.json"});
  EXPECT_EQ(files_in(scratch.path), expected);
}

void expect_same_groups(const std::vector<axmodel::Group>& read,
                        const std::vector<axmodel::Group>& planned) {
  ASSERT_EQ(read.size(), planned.size());
  const auto same = [](const axmodel::Tensor& a, const axmodel::Tensor& b) {
    return a.name == b.name && a.type == b.type && a.dims == b.dims;
  };
  for (size_t i = 0; i < read.size(); ++i) {
    EXPECT_TRUE(std::ranges::equal(read[i].inputs, planned[i].inputs, same)) << i;
    EXPECT_TRUE(std::ranges::equal(read[i].outputs, planned[i].outputs, same)) << i;
  }
}

TEST(Pack, layer_files_carry_groups_version_and_description) {
  const Scratch scratch;
  PackOptions options = options_of(Layout::kFlat);
  options.producer_version = "4.1";
  pack(sprout(true), options, scratch.path);
  const auto layer =
      axmodel::read_container((scratch.path / "qwen3_p64_l5_together.axmodel").string());
  ASSERT_TRUE(layer) << layer.error().text();
  EXPECT_EQ(layer->producer, "Pulsar2");
  EXPECT_EQ(layer->compiler_version, "4.1");
  expect_same_groups(layer->groups, layer_groups(sprout(true).sizes, kTestContexts));
  const auto spec = standin::read_layer_spec(layer->metadata);
  ASSERT_TRUE(spec) << spec.error().text();
  EXPECT_EQ(spec->kind, standin::Kind::kLayer);
  EXPECT_EQ(spec->hidden, 192);
  EXPECT_EQ(spec->heads, 6);
  EXPECT_EQ(spec->kv_heads, 2);
  EXPECT_EQ(spec->head_dim, 32);
  EXPECT_EQ(spec->feed_forward, 512);
  EXPECT_FALSE(spec->rope_interleaved);
}

TEST(Pack, head_with_top_k_says_so) {
  const Scratch scratch;
  PackOptions options = options_of(Layout::kFlat);
  options.top_k = 32;
  pack(sprout(true), options, scratch.path);
  const auto head = axmodel::read_container((scratch.path / "qwen3_post.axmodel").string());
  ASSERT_TRUE(head) << head.error().text();
  expect_same_groups(head->groups, head_groups(sprout(true).sizes, HeadForm::kLogits, 32));
  const auto spec = standin::read_layer_spec(head->metadata);
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->kind, standin::Kind::kHead);
  EXPECT_EQ(spec->vocabulary, 2048);
  EXPECT_EQ(spec->top_k, 32);
}

PackOptions embedding_options(HeadForm head) {
  PackOptions options = options_of(Layout::kFlat);
  options.embedding = true;
  options.head = head;
  options.pooling = axmodel::EmbeddingPooling::kLast;
  return options;
}

TEST(Pack, embedding_folder_says_so_and_has_no_sampling_defaults) {
  const Scratch scratch;
  pack(sprout(true), embedding_options(HeadForm::kBoth), scratch.path);
  const Json config = Json::parse(get(scratch.path / "config.json"));
  EXPECT_EQ(config["is_embedding"], true);
  EXPECT_FALSE(config.contains("post_config_path"));
  EXPECT_FALSE(files_in(scratch.path).contains("post_config.json"));
  EXPECT_FALSE(files_in(scratch.path).contains("1_Pooling/config.json"));
}

TEST(Pack, pooling_other_than_the_last_tokens_is_written_down) {
  const Scratch scratch;
  PackOptions options = embedding_options(HeadForm::kNormed);
  options.pooling = axmodel::EmbeddingPooling::kMean;
  pack(sprout(false), options, scratch.path);
  const Json pooling = Json::parse(get(scratch.path / "1_Pooling/config.json"));
  EXPECT_EQ(pooling["word_embedding_dimension"], 192);
  EXPECT_EQ(pooling["pooling_mode_mean_tokens"], true);
  EXPECT_EQ(pooling["pooling_mode_lasttoken"], false);
}

TEST(Pack, head_gives_what_it_is_told_to_give) {
  for (const HeadForm form :
       {HeadForm::kLogits, HeadForm::kBoth, HeadForm::kNormed, HeadForm::kHidden}) {
    const Scratch scratch;
    pack(sprout(true), embedding_options(form), scratch.path);
    const auto head = axmodel::read_container((scratch.path / "qwen3_post.axmodel").string());
    ASSERT_TRUE(head) << head.error().text();
    expect_same_groups(head->groups, head_groups(sprout(true).sizes, form, 0));
    EXPECT_EQ(head->initializer("weight") != nullptr, gives_logits(form));
    EXPECT_EQ(standin::read_layer_spec(head->metadata)->vocabulary, gives_logits(form) ? 2048 : 0);
  }
}

TEST(Pack, a_pooling_that_nobody_names_is_an_error) {
  PackOptions options = embedding_options(HeadForm::kBoth);
  options.pooling.reset();
  EXPECT_EQ(model_files(sprout(true), options, {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(Pack, bad_options_are_refused_before_anything_is_written) {
  PackOptions options = options_of(Layout::kFlat);
  options.top_k = 2049;
  EXPECT_EQ(model_files(sprout(true), options, {}).error().code, ErrorCode::kInvalidArgument);
  options = options_of(Layout::kFlat);
  options.contexts.history = {0, 999};
  EXPECT_EQ(model_files(sprout(true), options, {}).error().code, ErrorCode::kInvalidArgument);
  options = options_of(Layout::kFlat);
  options.text_kind = TextKind::kSentencePiece;
  EXPECT_EQ(model_files(sprout(true), options, {}).error().code, ErrorCode::kUnsupported);
}

TEST(Pack, interruption_leaves_whole_files_only) {
  const Scratch scratch;
  int asked = 0;
  const auto canceled = [&] { return ++asked > 20; };
  const auto files = model_files(sprout(true), options_of(Layout::kFlat), canceled);
  ASSERT_TRUE(files);
  const auto written = write_folder(scratch.path, *files, false, canceled, {});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kCanceled);
  for (const std::string& file : files_in(scratch.path)) {
    EXPECT_FALSE(file.starts_with(".tmp")) << file;
    if (!file.ends_with(".axmodel")) continue;
    EXPECT_TRUE(axmodel::read_container((scratch.path / file).string())) << file;
  }
  EXPECT_FALSE(fs::exists(scratch.path / "config.json"));
}

uint64_t disk_bytes(const fs::path& folder) {
  uint64_t bytes = 0;
  for (const std::string& file : files_in(folder)) {
    struct stat status = {};
    ::stat((folder / file).c_str(), &status);
    bytes += static_cast<uint64_t>(status.st_blocks) * 512;
  }
  return bytes;
}

TEST(Pack, shape_folder_has_true_sizes_and_takes_no_room) {
  const Scratch scratch;
  const auto shape = find_shape("qwen3-4b");
  ASSERT_TRUE(shape);
  PackOptions options = {.contexts = shape->contexts};
  const auto files = shape_files(*shape, ShapeQuantisation::kW8, options);
  ASSERT_TRUE(files) << files.error().text();
  ASSERT_TRUE(write_folder(scratch.path, *files, false, {}, {}));
  const fs::path layer = scratch.path / "qwen3_p128_l35_together.axmodel";
  EXPECT_NEAR(static_cast<double>(fs::file_size(layer)), 120.0 * (1 << 20), 64 << 10);
  EXPECT_NEAR(static_cast<double>(fs::file_size(scratch.path / "qwen3_post.axmodel")),
              405.0 * (1 << 20), 1 << 20);
  EXPECT_EQ(fs::file_size(scratch.path / "model.embed_tokens.weight.bfloat16.bin"),
            151936ULL * 2560 * 2);
  EXPECT_LT(disk_bytes(scratch.path), 8U << 20);
  const auto container = axmodel::read_container(layer.string());
  ASSERT_TRUE(container) << container.error().text();
  EXPECT_EQ(container->initializer("npu_params")->bytes, 100'925'440U);
  EXPECT_EQ(standin::read_layer_spec(container->metadata)->kind, standin::Kind::kShape);
  EXPECT_EQ(container->groups.size(), 7U);
}

}  // namespace
}  // namespace axllama::pack
