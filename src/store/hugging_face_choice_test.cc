#include "store/hugging_face_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "store/hugging_face_build.h"
#include "store/test_support.h"
#include "test_places.h"

namespace axllama::store {
namespace {

using Json = nlohmann::ordered_json;
using testing::Contains;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::Not;

Json repositories() {
  const auto path = source_path("/tests/data/axera_repositories.json");
  return Json::parse(read_text(path)).at("repositories");
}

// "x_l%d.axmodel" once for each number below `count`.
void add_numbered(const std::string& name, int count, std::vector<std::string>& out) {
  const size_t place = name.find("%d");
  for (int i = 0; i < count; ++i) {
    std::string one = name;
    if (place != std::string::npos) one.replace(place, 2, std::to_string(i));
    out.push_back(one);
  }
}

std::vector<HubFile> files_of(const std::vector<std::string>& paths) {
  std::vector<HubFile> files;
  for (const std::string& path : paths) files.push_back({path, 1000, std::string(64, 'a')});
  std::ranges::sort(files, {}, &HubFile::path);  // as the hub lists them: l10 before l2
  return files;
}

std::vector<std::string> paths_of(const std::vector<HubFile>& files) {
  std::vector<std::string> paths;
  for (const HubFile& file : files) paths.push_back(file.path);
  return paths;
}

struct Repository {
  std::vector<HubFile> files;
  HubTexts texts;
  std::vector<std::string> chosen;
};

Repository read_repository(const Json& json) {
  std::vector<std::string> paths, chosen;
  for (const auto& [name, count] : json.at("files").items()) add_numbered(name, count, paths);
  for (const Json& name : json.at("chosen")) {
    add_numbered(name, json.at("files").at(std::string(name)), chosen);
  }
  Repository repository{files_of(paths), {}, chosen};
  for (const auto& [path, config] : json.at("configs").items()) {
    if (!config.is_null()) repository.texts[path] = config.dump();
  }
  return repository;
}

Repository find_repository(std::string_view name) {
  for (const Json& json : repositories()) {
    if (json.at("name") == name) return read_repository(json);
  }
  ADD_FAILURE() << name << " is not in the table";
  return {};
}

std::vector<std::string> chosen_paths(const std::vector<std::string>& paths,
                                      const HubTexts& texts = {}) {
  const auto choice = choose_files(files_of(paths), texts, "latest");
  EXPECT_TRUE(choice) << (choice ? "" : choice.error().text());
  return choice ? paths_of(choice->files) : std::vector<std::string>();
}

Error refusal(const std::vector<std::string>& paths, std::string_view wish = "latest") {
  const auto choice = choose_files(files_of(paths), {}, wish);
  EXPECT_FALSE(choice);
  return choice ? Error{} : choice.error();
}

const std::vector<std::string> kNested = {
    "m-ax650/qwen2_p128_l0_together.axmodel", "m-ax650/qwen2_p128_l1_together.axmodel",
    "m-ax650/qwen2_post.axmodel", "m-ax650/model.embed_tokens.weight.bfloat16.bin",
    "m_tokenizer/tokenizer.json"};

std::vector<std::string> nested_and(std::vector<std::string> more) {
  more.insert(more.end(), kNested.begin(), kNested.end());
  return more;
}

std::vector<std::string> nested_without(const std::string& path) {
  std::vector<std::string> rest = kNested;
  std::erase(rest, path);
  return rest;
}

TEST(HuggingFaceChoice, five_real_repositories_give_just_what_is_needed_in_order) {
  int count = 0;
  for (const Json& json : repositories()) {
    const Repository repository = read_repository(json);
    EXPECT_TRUE(is_axera_repository(repository.files));
    const auto choice = choose_files(repository.files, repository.texts, "latest");
    ASSERT_TRUE(choice) << json.at("name") << ": " << choice.error().text();
    EXPECT_THAT(paths_of(choice->files), ElementsAreArray(repository.chosen)) << json.at("name");
    ++count;
  }
  EXPECT_EQ(count, 5);
}

TEST(HuggingFaceChoice, a_tag_chooses_another_build_by_a_word_of_its_folder) {
  const Repository qwen = find_repository("AXERA-TECH/Qwen2.5-1.5B-Instruct");
  const auto choice = choose_files(qwen.files, qwen.texts, "int4");
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->build, "qwen2.5-1.5b-ctx-int4-ax650");
  EXPECT_THAT(choice->others, testing::ElementsAre("qwen2.5-1.5b-ctx-ax650"));
}

TEST(HuggingFaceChoice, a_tag_chooses_a_build_by_its_folders_name) {
  const Repository qwen = find_repository("AXERA-TECH/Qwen3-0.6B-GPTQ-Int4");
  const auto choice =
      choose_files(qwen.files, qwen.texts, "qwen3-0.6b-gptq-int4-ax650-c256-p1024-ctx2047");
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->build, "Qwen3-0.6B-GPTQ-Int4-AX650-C256-P1024-CTX2047");
  EXPECT_THAT(paths_of(choice->files), Contains("qwen3_tokenizer.txt"));
  EXPECT_THAT(paths_of(choice->files), Not(Contains("qwen3_p128_l0_together.axmodel")));
}

TEST(HuggingFaceChoice, a_tag_that_no_build_answers_is_refused_with_a_list) {
  const Error error = refusal(kNested, "int4");
  EXPECT_EQ(error.code, ErrorCode::kNotFound);
  EXPECT_THAT(error.text(), HasSubstr("m-ax650"));
}

TEST(HuggingFaceChoice, builds_for_other_chips_are_not_looked_at) {
  const auto paths = chosen_paths(nested_and(
      {"m-ax630c/qwen2_p128_l0_together.axmodel", "m-AX620E/qwen2_p128_l0_together.axmodel"}));
  EXPECT_THAT(paths, Not(Contains(HasSubstr("ax630c"))));
  EXPECT_THAT(paths, Not(Contains(HasSubstr("AX620E"))));
}

TEST(HuggingFaceChoice, a_repository_for_other_chips_only_says_so) {
  const Error error = refusal({"m-ax630c/qwen2_p128_l0_together.axmodel"});
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_THAT(error.message, HasSubstr("other chips"));
}

TEST(HuggingFaceChoice, a_repository_without_layers_says_so) {
  EXPECT_EQ(refusal({"vision.axmodel", "README.md"}).code, ErrorCode::kNotFound);
}

TEST(HuggingFaceChoice, a_build_that_keeps_the_cache_goes_before_one_that_does_not) {
  std::vector<std::string> both = kNested;
  for (const std::string& path : kNested) {
    if (path.starts_with("m-ax650/")) both.push_back("m-ctx-ax650/" + name_of(path));
  }
  EXPECT_THAT(chosen_paths(both), Contains("m-ctx-ax650/qwen2_post.axmodel"));
}

TEST(HuggingFaceChoice, a_table_that_builds_share_is_taken_from_around_them) {
  std::vector<std::string> paths = nested_without("m-ax650/model.embed_tokens.weight.bfloat16.bin");
  paths.push_back("model.embed_tokens.weight.bfloat16.bin");
  EXPECT_THAT(chosen_paths(paths), Contains("model.embed_tokens.weight.bfloat16.bin"));
}

TEST(HuggingFaceChoice, what_a_build_lacks_is_named) {
  EXPECT_THAT(refusal(nested_without("m-ax650/qwen2_post.axmodel")).message, HasSubstr("head"));
  EXPECT_THAT(refusal(nested_without("m-ax650/model.embed_tokens.weight.bfloat16.bin")).message,
              HasSubstr("embedding table"));
  EXPECT_THAT(refusal(nested_without("m_tokenizer/tokenizer.json")).message,
              HasSubstr("tokenizer"));
}

TEST(HuggingFaceChoice, of_several_tokenizers_the_one_named_like_the_build_is_taken) {
  const auto paths = chosen_paths(nested_and(
      {"a_tokenizer/tokenizer.json", "qwen2_tokenizer/tokenizer.json", "z_tokenizer/vocab.json"}));
  EXPECT_THAT(paths, Not(Contains("a_tokenizer/tokenizer.json")));
  EXPECT_THAT(paths, Not(Contains("z_tokenizer/vocab.json")));
}

TEST(HuggingFaceChoice, a_config_that_leads_out_of_the_repository_is_not_followed) {
  const HubTexts texts = {
      {"config.json",
       R"({"axmodel_num":2,"template_filename_axmodel":"m-ax650/qwen2_p128_l%d_together.axmodel",
           "filename_post_axmodel":"../../etc/passwd","url_tokenizer_model":"/etc/passwd"})"}};
  const auto paths = chosen_paths(kNested, texts);
  EXPECT_THAT(paths, Not(Contains(HasSubstr("passwd"))));
  EXPECT_THAT(paths, Contains("m-ax650/qwen2_post.axmodel"));
}

TEST(HuggingFaceChoice, both_spellings_of_a_layers_name_are_one) {
  const std::vector<std::string> paths = {"a_l0_together.axmodel.onnx", "a_post.axmodel.onnx",
                                          "model.embed_tokens.weight.bfloat16.bin",
                                          "t_tokenizer.txt", "config.json"};
  const HubTexts texts = {{"config.json",
                           R"({"axmodel_num":1,"template_filename_axmodel":"a_l%d_together.axmodel",
                               "filename_post_axmodel":"a_post.axmodel"})"}};
  EXPECT_THAT(chosen_paths(paths, texts),
              testing::IsSupersetOf({"config.json", "a_post.axmodel.onnx"}));
}

TEST(HuggingFaceChoice, only_configs_that_can_be_for_this_chip_are_read) {
  const Repository vision = find_repository("AXERA-TECH/InternVL3_5-1B_GPTQ_INT4");
  EXPECT_THAT(paths_of(files_to_read(vision.files)),
              testing::ElementsAre("InternVL3_5-1B_GPTQ_INT4-AX650/config.json"));
}

}  // namespace
}  // namespace axllama::store
