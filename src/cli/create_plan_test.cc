#include "cli/create_plan.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "base/fd.h"

namespace axllama::cli {
namespace {

namespace fs = std::filesystem;

class CreatePlanTest : public testing::Test {
 protected:
  ~CreatePlanTest() override { fs::remove_all(folder_); }
  void touch(const fs::path& name) { ASSERT_TRUE(write_file_atomically(folder_ / name, "x")); }
  Result<CreatePlan> plan(const std::string& text) {
    return plan_create("new", store::parse_modelfile(text).value(), folder_);
  }
  const fs::path folder_ =
      fs::path(testing::TempDir()) / ("create_plan_test_" + std::to_string(getpid()));
};

TEST_F(CreatePlanTest, a_model_name_is_passed_on) {
  const CreatePlan made = plan("FROM sprout\n").value();
  EXPECT_EQ(made.model.name, "new");
  EXPECT_EQ(made.model.from, "sprout");
  EXPECT_TRUE(made.files.empty());
}

TEST_F(CreatePlanTest, a_file_is_found_beside_the_modelfile) {
  touch("a.gguf");
  for (const char* from : {"FROM a.gguf", "FROM ./a.gguf"}) {
    const CreatePlan made = plan(from).value();
    EXPECT_TRUE(made.model.from.empty());
    ASSERT_EQ(made.files.size(), 1u);
    EXPECT_TRUE(fs::equivalent(made.files[0], folder_ / "a.gguf"));
  }
}

TEST_F(CreatePlanTest, absolute_and_home_paths) {
  touch("a.gguf");
  setenv("HOME", folder_.c_str(), 1);
  EXPECT_EQ(plan("FROM " + (folder_ / "a.gguf").string())->files[0], folder_ / "a.gguf");
  EXPECT_EQ(plan("FROM ~/a.gguf")->files[0], folder_ / "a.gguf");
}

TEST_F(CreatePlanTest, a_folder_stands_for_its_one_gguf_file) {
  touch("m/a.gguf");
  touch("m/README.md");
  EXPECT_EQ(plan("FROM m")->files[0], folder_ / "m" / "a.gguf");
  touch("m/b.gguf");
  EXPECT_EQ(plan("FROM ./m").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(CreatePlanTest, a_folder_without_gguf_is_named) {
  touch("m/README.md");
  EXPECT_EQ(plan("FROM ./m").error().message, "no GGUF file in " + (folder_ / "./m").string());
  EXPECT_EQ(plan("FROM m")->model.from, "m");
}

TEST_F(CreatePlanTest, weights_that_must_be_converted_are_told_how) {
  touch("m/model.safetensors");
  for (const char* from : {"FROM ./m", "FROM ./m/model.safetensors"}) {
    const Error error = plan(from).error();
    EXPECT_EQ(error.code, ErrorCode::kUnsupported) << from;
    EXPECT_NE(error.hint.find("convert_hf_to_gguf.py"), std::string::npos) << error.text();
  }
  touch("m/model.gguf");
  EXPECT_EQ(plan("FROM ./m")->files[0].filename(), "model.gguf");
}

TEST_F(CreatePlanTest, a_path_that_is_not_there_is_an_error) {
  for (const char* from : {"FROM ./x", "FROM /nowhere/x", "FROM x.gguf", "FROM ~/x"}) {
    EXPECT_EQ(plan(from).error().code, ErrorCode::kNotFound) << from;
  }
}

TEST_F(CreatePlanTest, a_name_that_cannot_be_one_is_an_error) {
  EXPECT_EQ(plan("FROM a:b:c/d e").error().code, ErrorCode::kInvalidArgument);
}

TEST_F(CreatePlanTest, everything_else_goes_into_the_model) {
  const NewModel model =
      plan(
          "FROM sprout\nPARAMETER top_k 3\nSYSTEM be\nTEMPLATE {{ .Prompt }}\nLICENSE MIT\n"
          "MESSAGE user hi\n")
          ->model;
  EXPECT_EQ(model.parameters, (OptionList{{"top_k", int64_t{3}}}));
  EXPECT_EQ(model.system, "be");
  EXPECT_EQ(model.go_template, "{{ .Prompt }}");
  EXPECT_EQ(model.licenses, std::vector<std::string>{"MIT"});
  EXPECT_EQ(model.messages, (std::vector<Message>{{.role = "user", .content = "hi"}}));
}

TEST_F(CreatePlanTest, an_adapter_must_be_there) {
  EXPECT_EQ(plan("FROM sprout\nADAPTER ./lora.gguf\n").error().code, ErrorCode::kNotFound);
  touch("lora.gguf");
  EXPECT_EQ(plan("FROM sprout\nADAPTER ./lora.gguf\n")->adapters.size(), 1u);
}

}  // namespace
}  // namespace axllama::cli
