#include "store/store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "store/test_support.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

Name name_of(std::string_view text) {
  return *Name::parse(text);
}

std::string layer(std::string_view type, const std::string& digest, size_t size) {
  return "{\"mediaType\":\"" + std::string(type) + "\",\"digest\":\"" + digest +
         "\",\"size\":" + std::to_string(size) + "}";
}

// A store that no code of ours has written: as Ollama leaves it behind after a pull.
class OllamaStore {
 public:
  OllamaStore() { lay("registry.ollama.ai/library/tiny/latest"); }

  void lay(const std::string& place) { write_text(manifest(place), manifest_text()); }
  fs::path manifest(const std::string& place = "registry.ollama.ai/library/tiny/latest") const {
    return root() / "manifests" / place;
  }
  fs::path blob(const std::string& digest) const { return Store(root()).blob_path(digest); }
  const fs::path& root() const { return dir_.path(); }

  std::string manifest_text() const {
    return "{\"schemaVersion\":2,\"mediaType\":"
           "\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":" +
           layer("application/vnd.docker.container.image.v1+json", config, 10) + ",\"layers\":[" +
           layer("application/vnd.ollama.image.model", weights, 1000) + "," +
           layer("application/vnd.ollama.image.license", license, 3) + "," +
           layer("application/vnd.ollama.image.template", go_template, 20) + "," +
           layer("application/vnd.ollama.image.system", system, 5) + "," +
           layer("application/vnd.ollama.image.params", params, 40) + "," +
           layer("application/vnd.ollama.image.messages", messages, 40) + "," +
           layer("application/vnd.axllama.image.file", stranger, 40) + "," +
           layer("application/vnd.ollama.image.embed", stranger, 40) + "]}";
  }

  TempDir dir_;
  std::string weights = plant_blob(root(), tiny_gguf("{% if tools %}"));
  std::string config = plant_blob(
      root(),
      "{\"model_format\":\"gguf\",\"model_family\":\"tiny\",\"model_families\":[\"tiny\"],"
      "\"model_type\":\"64\",\"file_type\":\"F32\",\"architecture\":\"amd64\",\"os\":\"linux\","
      "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
  std::string license = plant_blob(root(), "MIT");
  std::string go_template = plant_blob(root(), "{{ .Prompt }}{{ .Suffix }}");
  std::string system = plant_blob(root(), "Be terse.");
  std::string params = plant_blob(root(), "{\"stop\":[\"\\u003c|im_end|\\u003e\"],\"top_k\":20}\n");
  std::string messages = plant_blob(root(), "[{\"role\":\"user\",\"content\":\"Hi\"}]\n");
  std::string stranger = plant_blob(root(), "something else");
};

Error read_error(const OllamaStore& files) {
  const Store store(files.root());
  const auto manifest = store.find(name_of("tiny"));
  if (!manifest) return manifest.error();
  const auto model = store.read(*manifest);
  return model ? Error{ErrorCode::kInternal, "no error"} : model.error();
}

TEST(Store, reads_what_ollama_wrote) {
  const OllamaStore files;
  const Store store(files.root());
  const auto manifest = store.find(name_of("tiny"));
  ASSERT_TRUE(manifest) << manifest.error().text();
  EXPECT_EQ(manifest->digest, sha256_hex(files.manifest_text()));
  EXPECT_EQ(manifest->path, files.manifest());
  EXPECT_EQ(manifest->size(), 10u + 1000 + 3 + 20 + 5 + 40 + 40 + 40 + 40);
  const auto model = store.read(*manifest);
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->weights, files.blob(files.weights));
  EXPECT_EQ(model->details.family, "tiny");
  EXPECT_EQ(model->details.parameter_size, "64");
  EXPECT_EQ(model->details.quantization_level, "F32");
  EXPECT_EQ(model->details.context_length, 512);
  EXPECT_THAT(model->capabilities, ElementsAre("completion", "insert"));
  EXPECT_TRUE(model->uses_go_template);
  EXPECT_EQ(model->go_template, "{{ .Prompt }}{{ .Suffix }}");
  EXPECT_EQ(model->chat_template, "{% if tools %}");
  EXPECT_EQ(model->system, "Be terse.");
  EXPECT_THAT(model->licenses, ElementsAre("MIT"));
  EXPECT_THAT(model->parameters,
              ElementsAre(Pair("stop", OptionValue(std::vector<std::string>{"<|im_end|>"})),
                          Pair("top_k", OptionValue(int64_t{20}))));
  EXPECT_THAT(model->messages, ElementsAre(Message{.role = "user", .content = "Hi"}));
  EXPECT_EQ(model->model_info,
            "{\"general.architecture\":\"tiny\",\"general.file_type\":0,"
            "\"general.parameter_count\":64,\"tiny.context_length\":512,"
            "\"tiny.embedding_length\":32,\"tiny.extra\":1}");
  EXPECT_EQ(model->tensors, "[{\"name\":\"token_embd.weight\",\"type\":\"F32\",\"shape\":[32,2]}]");
}

TEST(Store, a_summary_has_details_and_capabilities) {
  const OllamaStore files;
  const Store store(files.root());
  const auto model = store.summary(*store.find(name_of("tiny")));
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->details.parameter_size, "64");
  EXPECT_EQ(model->details.context_length, 512);
  EXPECT_THAT(model->capabilities, ElementsAre("completion", "insert"));
}

TEST(Store, a_summary_does_without_the_weights) {
  const OllamaStore files;
  fs::remove(files.blob(files.weights));
  const Store store(files.root());
  const auto model = store.summary(*store.find(name_of("tiny")));
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_EQ(model->details.quantization_level, "F32");
}

TEST(Store, names_are_found_without_regard_to_case) {
  const OllamaStore files;
  files.root();
  const Store store(files.root());
  for (const char* text : {"tiny", "TINY:LATEST", "Registry.Ollama.AI/Library/Tiny:latest"}) {
    const auto manifest = store.find(name_of(text));
    ASSERT_TRUE(manifest) << text;
    EXPECT_EQ(manifest->name, name_of("tiny"));
  }
}

TEST(Store, the_same_spelling_goes_before_others) {
  OllamaStore files;
  files.lay("registry.ollama.ai/library/Tiny/latest");
  files.lay("registry.ollama.ai/library/TINY/other");
  const Store store(files.root());
  EXPECT_EQ(store.find(name_of("tiny"))->name.model, "tiny");
  EXPECT_EQ(store.find(name_of("Tiny"))->name.model, "Tiny");
  EXPECT_EQ(store.find(name_of("tiny:OTHER"))->name, name_of("TINY:other"));
}

TEST(Store, a_model_that_is_not_there_is_not_found) {
  const TempDir dir;
  for (const fs::path& root : {dir.path(), dir.path() / "none"}) {
    const auto manifest = Store(root).find(name_of("nobody"));
    ASSERT_FALSE(manifest);
    EXPECT_EQ(manifest.error().code, ErrorCode::kNotFound);
    EXPECT_EQ(manifest.error().message, "model 'nobody:latest' not found");
  }
}

void set_time(const fs::path& path, time_t seconds) {
  const timespec times[2] = {{seconds, 0}, {seconds, 5}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

TEST(Store, the_list_is_newest_first_and_leaves_out_what_is_no_manifest) {
  OllamaStore files;
  files.lay("hf.co/ann/tiny/Q8_0");
  files.lay("localhost:5000/ann/tiny/old");
  set_time(files.manifest("localhost:5000/ann/tiny/old"), 1000);
  set_time(files.manifest(), 2000);
  set_time(files.manifest("hf.co/ann/tiny/Q8_0"), 3000);
  write_text(files.manifest("registry.ollama.ai/library/broken/latest"), "{\"config\":");
  write_text(files.manifest("registry.ollama.ai/library/tiny/.tmp-0123"), "half");
  write_text(files.manifest("registry.ollama.ai/.DS_Store"), "");
  write_text(files.manifest("registry.ollama.ai/library/tiny/folder/file"), "");
  const auto list = Store(files.root()).list();
  ASSERT_TRUE(list) << list.error().text();
  ASSERT_EQ(list->size(), 3u);
  EXPECT_EQ((*list)[0].name.full_text(), "hf.co/ann/tiny:Q8_0");
  EXPECT_EQ((*list)[1].name.short_text(), "tiny:latest");
  EXPECT_EQ((*list)[2].name.full_text(), "localhost:5000/ann/tiny:old");
  EXPECT_EQ((*list)[2].modified.time_since_epoch(),
            std::chrono::seconds(1000) + std::chrono::nanoseconds(5));
}

TEST(Store, a_store_that_does_not_exist_is_empty) {
  const TempDir dir;
  EXPECT_THAT(*Store(dir.path() / "none").list(), IsEmpty());
}

TEST(Store, a_missing_blob_is_named_with_its_model) {
  for (auto member :
       {&OllamaStore::weights, &OllamaStore::config, &OllamaStore::params, &OllamaStore::license}) {
    const OllamaStore files;
    const std::string digest = files.*member;
    fs::remove(files.blob(digest));
    const Error error = read_error(files);
    EXPECT_EQ(error.code, ErrorCode::kNotFound);
    EXPECT_EQ(error.message, "model 'tiny:latest' lacks blob " + digest);
    EXPECT_EQ(error.hint, "pull or create the model again");
  }
}

TEST(Store, a_missing_blob_of_an_unknown_kind_does_no_harm) {
  const OllamaStore files;
  fs::remove(files.blob(files.stranger));
  EXPECT_EQ(read_error(files).message, "no error");
}

TEST(Store, a_manifest_cut_short_is_corrupt) {
  const OllamaStore files;
  const std::string whole = files.manifest_text();
  for (size_t size = 0; size < whole.size(); size += 97) {
    write_text(files.manifest(), whole.substr(0, size));
    const Error error = read_error(files);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_THAT(error.message, HasSubstr(files.manifest().string()));
  }
}

struct Damage {
  std::string OllamaStore::* blob;
  std::string content;
  std::string message;
};

TEST(Store, broken_blobs_are_corrupt_and_the_error_says_which) {
  const std::string whole = tiny_gguf();
  const std::vector<Damage> table = {
      {&OllamaStore::config, "{", "model 'tiny:latest': the config is no JSON object"},
      {&OllamaStore::params, "[]", "model 'tiny:latest': the parameters are no JSON object"},
      {&OllamaStore::messages, "7", "model 'tiny:latest': the messages are no JSON array"},
      {&OllamaStore::weights, "no weights",
       "model 'tiny:latest': supplied file was not in GGUF format"},
      {&OllamaStore::weights, whole.substr(0, whole.size() - 100),
       "model 'tiny:latest': the file is cut short: tensor \"token_embd.weight\" ends at byte " +
           std::to_string(whole.size()) + ", but the file has " +
           std::to_string(whole.size() - 100) + " bytes"},
  };
  for (const Damage& damage : table) {
    const OllamaStore files;
    write_text(files.blob(files.*damage.blob), damage.content);
    const Error error = read_error(files);
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_EQ(error.message, damage.message);
    EXPECT_EQ(error.hint, "pull or create the model again");
  }
}

TEST(Store, texts_that_are_no_utf8_are_mended) {
  const OllamaStore files;
  write_text(files.blob(files.system), "gr\xfc\xdf dich");
  const Store store(files.root());
  EXPECT_EQ(store.read(*store.find(name_of("tiny")))->system, "gr\xef\xbf\xbd\xef\xbf\xbd dich");
}

TEST(Store, a_model_without_weights_is_read_from_its_config) {
  const TempDir dir;
  const std::string config = plant_blob(
      dir.path(), "{\"remote_host\":\"https://ollama.com\",\"capabilities\":[\"completion\"]}");
  write_text(dir.path() / "manifests/registry.ollama.ai/library/far/cloud",
             "{\"config\":" + layer("c", config, 5) + ",\"layers\":[]}");
  const Store store(dir.path());
  const auto model = store.read(*store.find(name_of("far:cloud")));
  ASSERT_TRUE(model) << model.error().text();
  EXPECT_TRUE(model->weights.empty());
  EXPECT_EQ(model->model_info, "{}");
  EXPECT_EQ(model->tensors, "[]");
  EXPECT_THAT(model->capabilities, ElementsAre("completion"));
}

TEST(Store, the_default_root_follows_the_environment) {
  ::setenv("OLLAMA_MODELS", "/elsewhere/models", 1);
  EXPECT_EQ(Store::default_root(), "/elsewhere/models");
  ::unsetenv("OLLAMA_MODELS");
  const std::string home = std::getenv("HOME") == nullptr ? "" : std::getenv("HOME");
  ::setenv("HOME", "/home/ann", 1);
  EXPECT_EQ(Store::default_root(), "/home/ann/.ollama/models");
  ::unsetenv("HOME");
  EXPECT_EQ(Store::default_root().filename(), "models");
  if (!home.empty()) ::setenv("HOME", home.c_str(), 1);
}

}  // namespace
}  // namespace axllama::store
