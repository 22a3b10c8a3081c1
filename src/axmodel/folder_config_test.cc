#include "axmodel/folder_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace axllama::axmodel {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kConfig = R"({
  "model_name": "AXERA-TECH/Qwen3-4B", "tokenizer_type": "Qwen3",
  "url_tokenizer_model": "qwen3_tokenizer.txt",
  "template_filename_axmodel": "qwen3_p128_l%d_together.axmodel", "axmodel_num": 36,
  "filename_post_axmodel": "qwen3_post.axmodel",
  "filename_tokens_embed": "model.embed_tokens.weight.bfloat16.bin",
  "tokens_embed_num": 151936, "tokens_embed_size": 2560,
  "post_config_path": "post_config.json", "system_prompt": "Be kind.", "eos": [151645, 151643],
  "is_embedding": true, "use_mmap_load_embed": true, "devices": [0]
})";

constexpr const char* kPostConfig = R"({
  "enable_temperature": true, "temperature": 0.9,
  "enable_repetition_penalty": true, "repetition_penalty": 1.2, "penalty_window": 20,
  "enable_top_p_sampling": true, "top_p": 0.8, "enable_top_k_sampling": true, "top_k": 10
})";

std::optional<FolderConfig> config_of(std::string_view json) {
  std::vector<std::string> ignored;
  return parse_folder_config(json, ignored);
}

std::vector<std::string> remarks_on(std::string_view json) {
  std::vector<std::string> remarks;
  parse_folder_config(json, remarks);
  return remarks;
}

TEST(FolderConfig, reads_what_axera_writes) {
  FolderConfig wanted;
  wanted.layers = 36;
  wanted.layer_template = "qwen3_p128_l%d_together.axmodel";
  wanted.head = "qwen3_post.axmodel";
  wanted.embeddings = "model.embed_tokens.weight.bfloat16.bin";
  wanted.embedding_rows = 151936;
  wanted.hidden = 2560;
  wanted.tokenizer = "qwen3_tokenizer.txt";
  wanted.tokenizer_type = "Qwen3";
  wanted.post_config = "post_config.json";
  wanted.system_prompt = "Be kind.";
  wanted.end_tokens = {151645, 151643};
  wanted.is_embedding = true;
  EXPECT_EQ(config_of(kConfig), wanted);
  EXPECT_THAT(remarks_on(kConfig), IsEmpty());
}

TEST(FolderConfig, empty_or_foreign_config_is_none_and_not_remarked_on) {
  for (const char* json : {"", " \n", R"({"architectures": ["Qwen2ForCausalLM"]})", "{}"}) {
    EXPECT_EQ(config_of(json), std::nullopt) << json;
    EXPECT_THAT(remarks_on(json), IsEmpty()) << json;
  }
}

TEST(FolderConfig, text_that_is_no_object_is_none_and_remarked_on) {
  for (const char* json : {"{\"axmodel_num\": 36", "[36]", "36", "\xff", "version https://git"}) {
    EXPECT_EQ(config_of(json), std::nullopt) << json;
    EXPECT_THAT(remarks_on(json), ElementsAre("config.json is not a JSON object; ignored."));
  }
}

TEST(FolderConfig, numbers_count_in_any_spelling) {
  for (const char* number : {"36", "36.0", "\"36\""}) {
    EXPECT_EQ(config_of(R"({"axmodel_num": )" + std::string(number) + "}")->layers, 36);
  }
}

TEST(FolderConfig, number_out_of_range_is_unknown_with_a_remark) {
  for (const char* number : {"0", "-1", "1025", "2.5", "1e300", "true", "\"x\"", "[]", "\"\""}) {
    const std::string json = R"({"axmodel_num": )" + std::string(number) + "}";
    EXPECT_EQ(config_of(json)->layers, 0) << number;
    EXPECT_THAT(remarks_on(json), ElementsAre(HasSubstr("axmodel_num is not a number from 1")));
  }
}

TEST(FolderConfig, null_is_like_absent) {
  const char* json = R"({"axmodel_num": null, "system_prompt": null, "eos": null})";
  EXPECT_EQ(config_of(json), FolderConfig());
  EXPECT_THAT(remarks_on(json), IsEmpty());
}

TEST(FolderConfig, template_needs_its_number_exactly_once) {
  for (const char* name :
       {"l.axmodel", "l%d_%d.axmodel", "l%s_%d", "%n%d%n", "l%2d", "l%d/../l.axmodel"}) {
    const std::string json =
        R"({"axmodel_num": 1, "template_filename_axmodel": ")" + std::string(name) + "\"}";
    EXPECT_EQ(config_of(json)->layer_template, "") << name;
    EXPECT_THAT(remarks_on(json), Contains(HasSubstr("%d once"))) << name;
  }
}

TEST(FolderConfig, end_tokens_are_one_or_several) {
  const auto ids = [](const char* eos) {
    return config_of(R"({"axmodel_num": 1, "eos": )" + std::string(eos) + "}")->end_tokens;
  };
  EXPECT_THAT(ids("2"), ElementsAre(2));
  EXPECT_THAT(ids("\"2\""), ElementsAre(2));
  EXPECT_THAT(ids("[1, 130073]"), ElementsAre(1, 130073));
  EXPECT_THAT(ids("\"\""), IsEmpty());
  EXPECT_THAT(ids("[1, \"x\", {}]"), ElementsAre(1));
  EXPECT_THAT(remarks_on(R"({"axmodel_num": 1, "eos": ["x", {}]})"),
              ElementsAre("config.json: eos is not a list of token ids; ignored."));
}

TEST(FolderConfig, embedding_flag_has_two_names) {
  EXPECT_TRUE(config_of(R"({"axmodel_num": 1, "embedding": 1})")->is_embedding);
  EXPECT_FALSE(
      config_of(R"({"axmodel_num": 1, "embedding": 1, "is_embedding": false})")->is_embedding);
  EXPECT_THAT(remarks_on(R"({"axmodel_num": 1, "is_embedding": "yes"})"),
              ElementsAre(HasSubstr("is_embedding is neither true nor false")));
}

TEST(PostConfig, reads_what_axera_writes) {
  std::vector<std::string> remarks;
  EXPECT_EQ(parse_post_config(kPostConfig, remarks), (SamplingDefaults{0.9, 1.2, 20, 10, 0.8}));
  EXPECT_THAT(remarks, IsEmpty());
}

TEST(PostConfig, values_that_are_switched_off_or_missing_are_absent) {
  std::vector<std::string> remarks;
  const char* json = R"({"enable_temperature": false, "temperature": 0.9, "top_k": 10,
    "enable_repetition_penalty": 0, "repetition_penalty": 1.2, "penalty_window": 20})";
  SamplingDefaults wanted;
  wanted.top_k = 10;
  EXPECT_EQ(parse_post_config(json, remarks), wanted);
  EXPECT_EQ(parse_post_config("", remarks), SamplingDefaults());
  EXPECT_THAT(remarks, IsEmpty());
}

TEST(PostConfig, values_out_of_range_are_absent_with_a_remark) {
  std::vector<std::string> remarks;
  const char* json = R"({"temperature": -1, "repetition_penalty": 0, "top_k": 1e18, "top_p": "x"})";
  EXPECT_EQ(parse_post_config(json, remarks), SamplingDefaults());
  EXPECT_EQ(remarks.size(), 4u);
  EXPECT_THAT(remarks, Contains("post_config.json: top_k is out of range; ignored."));
}

// Changes, drops, doubles and swaps bytes and tokens.
std::string mutated(std::string text, std::mt19937& random) {
  constexpr const char* kPieces[] = {"{",  "}",       "[",   "null", "-1",   "1e999",
                                     "\"", "\\u0000", "%d",  "../",  "\xff", "99999999999999999999",
                                     ":",  ",",       "true"};
  const auto below = [&](size_t limit) { return random() % std::max<size_t>(limit, 1); };
  for (size_t changes = 1 + below(6); changes > 0; --changes) {
    const size_t at = below(text.size());
    const size_t length = below(20);
    switch (below(4)) {
      case 0:
        text.insert(at, kPieces[below(std::size(kPieces))]);
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(below(text.size()), text.substr(at, length));
        break;
      default:
        if (!text.empty()) text[at] = static_cast<char>(random());
    }
  }
  return text;
}

TEST(FolderConfig, no_mutation_of_it_does_harm) {
  std::mt19937 random(4);
  int usable = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::string> remarks;
    const auto config = parse_folder_config(mutated(kConfig, random), remarks);
    if (config) {
      ++usable;
      EXPECT_GE(config->layers, 0);
      EXPECT_LE(config->layers, 1024);
    }
    const SamplingDefaults sampling = parse_post_config(mutated(kPostConfig, random), remarks);
    EXPECT_GE(sampling.top_p.value_or(0), 0);
    EXPECT_GE(sampling.top_k.value_or(1), 1);
  }
  EXPECT_GT(usable, 100);
  EXPECT_LT(usable, 20'000);
}

TEST(FolderConfig, deep_nesting_does_no_harm) {
  const std::string deep = "{\"axmodel_num\": " + std::string(200'000, '[');
  EXPECT_EQ(config_of(deep), std::nullopt);
  EXPECT_EQ(config_of(deep + std::string(200'000, ']') + "}")->layers, 0);
}

}  // namespace
}  // namespace axllama::axmodel
