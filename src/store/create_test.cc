#include <gmock/gmock.h>
#include <sys/wait.h>

#include "store/test_support.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using Strings = std::vector<std::string>;

Name name_of(std::string_view text) {
  return *Name::parse(text);
}

// A store with the demo model's file in it.
class Create : public testing::Test {
 protected:
  Result<void> create(std::string_view name, const Recipe& recipe) {
    statuses_.clear();
    return store_.create(name_of(name), recipe,
                         [this](std::string_view line) { statuses_.emplace_back(line); });
  }
  Model read(std::string_view name) {
    const auto manifest = store_.find(name_of(name));
    EXPECT_TRUE(manifest) << name;
    if (!manifest) return {};
    auto model = store_.read(*manifest);
    EXPECT_TRUE(model) << (model ? "" : model.error().text());
    return model ? *std::move(model) : Model{};
  }
  void create_sprout() {
    const auto made = create("sprout", {.file_digest = sprout_});
    ASSERT_TRUE(made) << made.error().text();
  }
  Strings blobs() { return file_names(store_.root() / "blobs"); }

  TempDir dir_;
  Store store_{dir_.path()};
  std::string sprout_ = store_.import_file(kSprout).value();
  Strings statuses_;
};

TEST_F(Create, from_a_gguf_file) {
  create_sprout();
  EXPECT_THAT(statuses_, ElementsAre("parsing GGUF", "using existing layer " + sprout_,
                                     "writing manifest", "success"));
  const Model model = read("sprout");
  EXPECT_EQ(model.weights, store_.blob_path(sprout_));
  EXPECT_EQ(model.details.format, "gguf");
  EXPECT_EQ(model.details.family, "qwen3");
  EXPECT_EQ(model.details.quantization_level, "Q8_0");
  EXPECT_EQ(model.details.context_length, 1024);
  EXPECT_EQ(model.details.parent_model, "");
  EXPECT_THAT(model.capabilities, Contains("completion"));
  EXPECT_THAT(model.capabilities, Contains("tools"));
  EXPECT_THAT(model.chat_template, HasSubstr("im_start"));
  EXPECT_THAT(model.model_info, HasSubstr("\"tokenizer.ggml.tokens\":null"));
  EXPECT_THAT(model.model_info, HasSubstr("\"qwen3.rope.freq_base\":10000,"));
  EXPECT_THAT(model.model_info, Not(HasSubstr("general.name")));
  EXPECT_THAT(model.tensors, HasSubstr("\"type\":\"Q8_0\",\"shape\":[192,2048]}"));
}

TEST_F(Create, writes_a_config_that_ollama_understands) {
  create_sprout();
  const Manifest manifest = *store_.find(name_of("sprout"));
  EXPECT_EQ(read_text(store_.blob_path(manifest.config.digest)),
            "{\"model_format\":\"gguf\",\"model_family\":\"qwen3\",\"model_families\":[\"qwen3\"],"
            "\"model_type\":\"" +
                read("sprout").details.parameter_size +
                "\",\"file_type\":\"Q8_0\",\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":"
                "{\"type\":\"layers\",\"diff_ids\":[\"" +
                sprout_ + "\"]}}\n");
  EXPECT_EQ(manifest.path.string(),
            (dir_.path() / "manifests/registry.ollama.ai/library/sprout/latest").string());
  EXPECT_EQ(manifest.size(), fs::file_size(kSprout) + manifest.config.size);
}

TEST_F(Create, verbose_reading_gives_whole_arrays) {
  create_sprout();
  const auto model = store_.read(*store_.find(name_of("sprout")), true);
  ASSERT_TRUE(model);
  EXPECT_THAT(model->model_info, HasSubstr("\"tokenizer.ggml.tokens\":[\"!\",\"\\\"\",\"#\","));
}

TEST_F(Create, with_everything_a_recipe_can_hold) {
  const Recipe recipe = {
      .file_digest = sprout_,
      .go_template = "{{ .Prompt }}",
      .system = "Be terse.",
      .licenses = {"MIT", "Apache"},
      .parameters = {{"temperature", 0.5}, {"stop", Strings{"<|im_end|>"}}},
      .messages = {{.role = "user", .content = "Hi"}},
      .renderer = "qwen3-coder",
      .parser = "qwen3",
      .required_version = "0.14.0",
  };
  const auto made = create("full:v1", recipe);
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_THAT(statuses_, SizeIs(10));
  for (size_t i = 2; i < 8; ++i) EXPECT_THAT(statuses_[i], HasSubstr("creating new layer sha256:"));
  const Model model = read("full:v1");
  EXPECT_EQ(model.go_template, "{{ .Prompt }}");
  EXPECT_EQ(model.system, "Be terse.");
  EXPECT_THAT(model.licenses, ElementsAre("MIT", "Apache"));
  EXPECT_THAT(model.parameters, ElementsAre(Pair("stop", OptionValue(Strings{"<|im_end|>"})),
                                            Pair("temperature", OptionValue(0.5))));
  EXPECT_EQ(model.messages, recipe.messages);
  EXPECT_EQ(model.renderer, "qwen3-coder");
  EXPECT_EQ(model.parser, "qwen3");
  EXPECT_EQ(model.required_version, "0.14.0");
}

TEST_F(Create, from_another_model_inherits_and_overrides) {
  ASSERT_TRUE(create(
      "base",
      {.file_digest = sprout_,
       .go_template = "{{ .Prompt }}",
       .system = "Be terse.",
       .licenses = {"MIT"},
       .parameters = {{"temperature", 0.5}, {"num_ctx", int64_t{512}}, {"stop", Strings{"a", "b"}}},
       .messages = {{.role = "user", .content = "Hi"}}}));
  ASSERT_TRUE(create("child", {.from = "Base",
                               .system = "Be kind.",
                               .licenses = {"MIT", "Extra"},
                               .parameters = {{"temperature", 1.0}, {"stop", Strings{"c"}}}}));
  EXPECT_THAT(statuses_, Not(Contains("parsing GGUF")));
  EXPECT_EQ(statuses_.front(), "using existing layer " + sprout_);
  const Model child = read("child");
  EXPECT_EQ(child.details.parent_model, "base:latest");
  EXPECT_EQ(child.details.quantization_level, "Q8_0");
  EXPECT_EQ(child.go_template, "{{ .Prompt }}");
  EXPECT_EQ(child.system, "Be kind.");
  EXPECT_THAT(child.licenses, ElementsAre("MIT", "Extra"));
  EXPECT_THAT(child.parameters, ElementsAre(Pair("num_ctx", OptionValue(int64_t{512})),
                                            Pair("stop", OptionValue(Strings{"c"})),
                                            Pair("temperature", OptionValue(1.0))));
  EXPECT_THAT(child.messages, SizeIs(1));
  const Model base = read("base");
  EXPECT_EQ(base.system, "Be terse.");
}

TEST_F(Create, empty_texts_take_template_and_system_away) {
  ASSERT_TRUE(create("base", {.file_digest = sprout_, .go_template = "t", .system = "s"}));
  ASSERT_TRUE(create("bare", {.from = "base", .go_template = "", .system = ""}));
  EXPECT_EQ(read("bare").go_template, "");
  EXPECT_EQ(read("bare").system, "");
  EXPECT_THAT(read("bare").manifest.layers, SizeIs(1));
}

TEST_F(Create, a_template_that_cannot_be_parsed_is_refused) {
  const auto made = create("bad", {.file_digest = sprout_, .go_template = "a\n{{ .Prompt"});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(made.error().message, "template error: template: :2: unclosed action");
  EXPECT_THAT(*store_.list(), SizeIs(0));
}

TEST_F(Create, over_an_existing_name_keeps_its_spelling_and_drops_its_old_layers) {
  ASSERT_TRUE(create("Sprout", {.file_digest = sprout_, .system = "old"}));
  ASSERT_TRUE(create("sprout", {.file_digest = sprout_, .system = "new"}));
  EXPECT_THAT(*store_.list(), SizeIs(1));
  EXPECT_EQ(store_.find(name_of("sprout"))->name.model, "Sprout");
  EXPECT_FALSE(store_.has_blob("sha256:" + sha256_hex("old")));
  EXPECT_EQ(read("sprout").system, "new");
  ASSERT_TRUE(create("SPROUT:two", {.from = "sprout"}));
  EXPECT_EQ(store_.find(name_of("sprout:two"))->name.full_text(),
            "registry.ollama.ai/library/Sprout:two");
}

TEST_F(Create, a_projector_may_come_with_the_weights_in_either_order) {
  const std::string projector =
      store_.import_bytes(GgufBytes().header(0, 1).string_value("general.type", "mmproj").bytes())
          .value();
  ASSERT_TRUE(create("a", {.file_digest = sprout_, .more_digests = {projector}}));
  ASSERT_TRUE(create("b", {.file_digest = projector, .more_digests = {sprout_}}));
  for (const char* name : {"a", "b"}) {
    const Model model = read(name);
    EXPECT_EQ(model.weights, store_.blob_path(sprout_));
    EXPECT_THAT(model.projectors, testing::ElementsAre(store_.blob_path(projector)));
    EXPECT_THAT(model.capabilities, testing::Contains("vision"));
    EXPECT_NE(model.projector_info.find("mmproj"), std::string::npos);
  }
}

TEST_F(Create, recipes_that_cannot_be_are_refused) {
  const std::string text = store_.import_bytes("plain text").value();
  const std::string projector =
      store_.import_bytes(GgufBytes().header(0, 1).string_value("general.type", "mmproj").bytes())
          .value();
  const std::string nameless = store_.import_bytes(GgufBytes().header(0, 0).bytes()).value();
  const std::string absent = "sha256:" + std::string(64, '0');
  const std::vector<std::pair<Recipe, std::string>> table = {
      {{}, "neither 'from' or 'files' was specified"},
      {{.from = "a", .file_digest = sprout_}, "both 'from' and 'files' were specified"},
      {{.from = "../a"}, "invalid model name"},
      {{.file_digest = "sha256:1"}, "invalid digest format"},
      {{.file_digest = absent}, "blob \"" + absent + "\" not found"},
      {{.file_digest = text}, "supplied file was not in GGUF format"},
      {{.file_digest = projector}, "the file is a projector and no model by itself"},
      {{.file_digest = sprout_, .more_digests = {sprout_}},
       "a model has one file of weights, not several"},
      {{.file_digest = projector, .more_digests = {sprout_, projector}},
       "a model has one projector, not several"},
      {{.file_digest = nameless}, "the GGUF file names no architecture"},
  };
  for (const auto& [recipe, message] : table) {
    const auto made = create("bad", recipe);
    ASSERT_FALSE(made) << message;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(made.error().message, message);
  }
  EXPECT_THAT(*store_.list(), IsEmpty());
  EXPECT_EQ(create("bad", {.from = "nobody"}).error().code, ErrorCode::kNotFound);
}

TEST_F(Create, a_gguf_cut_short_is_refused_with_the_numbers) {
  const std::string whole = read_text(kSprout);
  const std::string cut = store_.import_bytes(whole.substr(0, whole.size() - 1000)).value();
  const auto made = create("cut", {.file_digest = cut});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(made.error().message, HasSubstr("the file is cut short: tensor"));
  EXPECT_THAT(made.error().message,
              HasSubstr("but the file has " + std::to_string(whole.size() - 1000) + " bytes"));
}

TEST_F(Create, one_part_of_a_split_model_is_refused) {
  GgufBytes part;
  part.header(0, 2)
      .string_value("general.architecture", "tiny")
      .value<uint16_t>("split.count", 2, 3);
  const auto made = create("part", {.file_digest = store_.import_bytes(part.bytes()).value()});
  EXPECT_EQ(made.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(made.error().message, "the file is one of 3 parts of a model");
}

TEST_F(Create, a_parent_that_lacks_a_blob_is_named) {
  ASSERT_TRUE(create("base", {.file_digest = sprout_, .system = "s"}));
  fs::remove(store_.blob_path("sha256:" + sha256_hex("s")));
  const auto made = create("child", {.from = "base"});
  EXPECT_EQ(made.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(made.error().message, "model 'base:latest' lacks blob sha256:" + sha256_hex("s"));
}

TEST_F(Create, nobody_need_listen_to_the_status) {
  EXPECT_TRUE(store_.create(name_of("quiet"), {.file_digest = sprout_}, {}));
}

TEST_F(Create, a_copy_is_the_same_manifest_under_another_name) {
  create_sprout();
  ASSERT_TRUE(store_.copy(name_of("SPROUT"), name_of("ann/copy:v2")));
  EXPECT_EQ(store_.find(name_of("ann/copy:v2"))->digest, store_.find(name_of("sprout"))->digest);
  ASSERT_TRUE(store_.copy(name_of("sprout"), name_of("Sprout")));
  EXPECT_THAT(*store_.list(), SizeIs(2));
  const auto missing = store_.copy(name_of("nobody"), name_of("x"));
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message, "model \"nobody:latest\" not found");
}

TEST_F(Create, removing_keeps_the_blobs_that_others_need) {
  ASSERT_TRUE(create("one", {.file_digest = sprout_, .system = "only one"}));
  ASSERT_TRUE(create("ann/two", {.file_digest = sprout_}));
  ASSERT_TRUE(store_.remove(name_of("ONE")));
  EXPECT_TRUE(store_.has_blob(sprout_));
  EXPECT_FALSE(store_.has_blob("sha256:" + sha256_hex("only one")));
  EXPECT_EQ(read("ann/two").details.family, "qwen3");
  EXPECT_FALSE(fs::exists(dir_.path() / "manifests/registry.ollama.ai/library"));
  ASSERT_TRUE(store_.remove(name_of("ann/two")));
  EXPECT_THAT(blobs(), IsEmpty());
  EXPECT_THAT(file_names(dir_.path() / "manifests"), IsEmpty());
  EXPECT_EQ(store_.remove(name_of("one")).error().message, "model 'one:latest' not found");
}

TEST_F(Create, while_a_manifest_is_unreadable_no_blob_is_removed) {
  create_sprout();
  write_text(dir_.path() / "manifests/registry.ollama.ai/library/broken/latest", "{");
  ASSERT_TRUE(store_.remove(name_of("sprout")));
  EXPECT_TRUE(store_.has_blob(sprout_));
  ASSERT_TRUE(store_.remove(name_of("broken")));
  EXPECT_THAT(*store_.list(), IsEmpty());
}

// What one of several processes does to a store at the same time as the others.
int work_in_child(const fs::path& root, int number) {
  Store store(root);
  const std::string own = "own " + std::to_string(number);
  for (int round = 0; round < 8; ++round) {
    const auto digest = store.import_file(kSprout);
    if (!digest) return 1;
    const Recipe recipe = {.file_digest = *digest, .system = own, .licenses = {"shared"}};
    if (!store.create(name_of("shared"), recipe, {})) return 2;
    if (!store.create(name_of("own" + std::to_string(number)), recipe, {})) return 3;
    const auto list = store.list();
    if (!list || list->empty()) return 4;
  }
  return 0;
}

TEST_F(Create, several_processes_may_write_at_once) {
  std::vector<pid_t> children;
  for (int number = 0; number < 4; ++number) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(work_in_child(dir_.path(), number));
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  EXPECT_THAT(*store_.list(), SizeIs(5));
  for (const char* name : {"shared", "own0", "own1", "own2", "own3"}) {
    EXPECT_THAT(read(name).system, HasSubstr("own "));
    EXPECT_THAT(read(name).licenses, ElementsAre("shared"));
  }
  for (const std::string& blob : blobs()) {
    EXPECT_EQ(blob, "sha256-" + sha256_hex(read_text(dir_.path() / "blobs" / blob)));
  }
}

}  // namespace
}  // namespace axllama::store
