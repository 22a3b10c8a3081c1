#include "store/export.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "store/manifest.h"
#include "store/modelfile.h"
#include "store/test_support.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ExportTest : public testing::Test {
 protected:
  // A model of a GGUF file with everything that a Modelfile says.
  Model gguf_model() {
    Recipe recipe{.file_digest = store_.import_bytes(tiny_gguf()).value(),
                  .system = "Be brief.\n",
                  .parameters = {{"top_k", int64_t{3}}}};
    return made(recipe);
  }
  Model folder_model() {
    Recipe recipe;
    for (const char* name : {"p0.axmodel", "tokenizer/vocab.json", "empty"}) {
      const std::string_view text = name == std::string_view("empty") ? "" : name;
      recipe.folder_files.push_back({name, store_.import_bytes(text).value()});
    }
    recipe.folder.family = "qwen3";
    return made(recipe);
  }
  Result<void> write(const Model& model, ExportHow how = {}, const std::stop_token& stop = {}) {
    AX_TRY(const Export exported, plan_export(store_, model));
    return write_export(exported, to_, how, {}, stop);
  }
  // Nothing hidden was left, neither beside the folder nor in it.
  void expect_clean() const {
    for (const fs::path& folder : {dir_.path(), to_}) {
      if (!fs::exists(folder)) continue;
      for (const std::string& name : file_names(folder)) EXPECT_NE(name.front(), '.') << name;
    }
  }

  TempDir dir_;
  Store store_{dir_.path() / "store"};
  const fs::path to_ = dir_.path() / "out";

 private:
  Model made(const Recipe& recipe) {
    const Name name = Name::parse("m").value();
    const auto done = store_.create(name, recipe, {});
    EXPECT_TRUE(done) << done.error().text();
    return store_.read(store_.find(name).value()).value();
  }
};

TEST_F(ExportTest, a_gguf_model_becomes_its_file_and_a_modelfile) {
  const Model model = gguf_model();
  const auto done = write(model);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(file_names(to_), UnorderedElementsAre("model.gguf", "Modelfile"));
  EXPECT_EQ(read_text(to_ / "model.gguf"), tiny_gguf());
  const auto modelfile = parse_modelfile(read_text(to_ / "Modelfile"));
  ASSERT_TRUE(modelfile);
  EXPECT_EQ(modelfile->from, std::vector<std::string>{"./model.gguf"});
  EXPECT_EQ(modelfile->system, "Be brief.\n");
  EXPECT_EQ(modelfile->parameters, (OptionList{{"top_k", int64_t{3}}}));
  expect_clean();
}

TEST_F(ExportTest, a_copy_may_be_written_to) {
  ASSERT_TRUE(write(gguf_model()));
  write_text(to_ / "model.gguf", "edited");
  EXPECT_EQ(read_text(store_.read(store_.find(Name::parse("m").value()).value())->weights),
            tiny_gguf());
}

TEST_F(ExportTest, a_folder_gets_its_own_names_back) {
  const auto done = write(folder_model());
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_THAT(file_names(to_),
              UnorderedElementsAre("p0.axmodel", "tokenizer", "empty", "Modelfile"));
  EXPECT_EQ(read_text(to_ / "tokenizer" / "vocab.json"), "tokenizer/vocab.json");
  EXPECT_EQ(parse_modelfile(read_text(to_ / "Modelfile"))->from, std::vector<std::string>{"."});
}

TEST_F(ExportTest, several_of_a_kind_are_numbered) {
  Model model = gguf_model();
  for (const char* text : {"one", "two"}) {
    const std::string digest = store_.import_bytes(text).value();
    model.manifest.layers.push_back({media::kProjector, digest, 3});
    model.projectors.push_back(store_.blob_path(digest));
  }
  ASSERT_TRUE(write(model));
  EXPECT_EQ(read_text(to_ / "mmproj.gguf"), "one");
  EXPECT_EQ(read_text(to_ / "mmproj-2.gguf"), "two");
  EXPECT_EQ(parse_modelfile(read_text(to_ / "Modelfile"))->from.size(), 3u);
}

TEST_F(ExportTest, a_link_is_the_blob_itself) {
  const Model model = gguf_model();
  ASSERT_TRUE(write(model, {.link = true}));
  struct stat blob = {}, file = {};
  ASSERT_EQ(::stat(model.weights.c_str(), &blob), 0);
  ASSERT_EQ(::stat((to_ / "model.gguf").c_str(), &file), 0);
  EXPECT_EQ(blob.st_ino, file.st_ino);
}

TEST_F(ExportTest, an_empty_folder_is_filled) {
  fs::create_directory(to_);
  ASSERT_TRUE(write(gguf_model()));
  EXPECT_TRUE(fs::exists(to_ / "Modelfile"));
  expect_clean();
}

TEST_F(ExportTest, what_is_there_is_not_overwritten_unless_forced) {
  write_text(to_ / "model.gguf", "mine");
  write_text(to_ / "other", "mine");
  const auto done = write(gguf_model());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kConflict);
  EXPECT_EQ(read_text(to_ / "model.gguf"), "mine");
  ASSERT_TRUE(write(gguf_model(), {.replace = true}));
  EXPECT_EQ(read_text(to_ / "model.gguf"), tiny_gguf());
  EXPECT_EQ(read_text(to_ / "other"), "mine");
  expect_clean();
}

TEST_F(ExportTest, a_file_is_no_folder) {
  write_text(to_, "mine");
  EXPECT_EQ(write(gguf_model(), {.replace = true}).error().code, ErrorCode::kConflict);
  EXPECT_EQ(read_text(to_), "mine");
}

TEST_F(ExportTest, interrupted_it_leaves_nothing) {
  const Model model = gguf_model();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(write(model, {}, stop.get_token()).error().code, ErrorCode::kCanceled);
  EXPECT_FALSE(fs::exists(to_));
  expect_clean();
}

TEST_F(ExportTest, a_blob_of_another_size_is_corrupt) {
  const Model model = gguf_model();
  write_text(model.weights, "short");
  EXPECT_EQ(write(model).error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(fs::exists(to_));
}

TEST_F(ExportTest, what_a_killed_one_left_is_cleared_away) {
  write_text(dir_.path() / ".axllama-export-abcdef" / "model.gguf", "half");
  ASSERT_TRUE(write(gguf_model()));
  expect_clean();
}

TEST_F(ExportTest, the_way_to_the_folder_is_made) {
  const Export exported = plan_export(store_, gguf_model()).value();
  ASSERT_TRUE(write_export(exported, to_ / "a" / "b/", {}, {}, {}));
  EXPECT_TRUE(fs::exists(to_ / "a" / "b" / "Modelfile"));
}

}  // namespace
}  // namespace axllama::store
