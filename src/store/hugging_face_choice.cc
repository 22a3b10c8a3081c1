#include "store/hugging_face_choice.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "store/hugging_face_build.h"
#include "store/json_text.h"

namespace axllama::store {
namespace {

using Json = nlohmann::json;

constexpr const char* kOnnx = ".onnx";

// The same but for ".axmodel.onnx" instead of ".axmodel".
bool spelled_alike(const std::string& a, const std::string& b) {
  return a == b || a + kOnnx == b || a == b + kOnnx;
}

// A config.json of AXERA's, with what it names made relative to the repository.
struct AxeraConfig {
  std::string path;
  std::string layers, head, embeddings, tokenizer, post_config, encoder;
};

// "sub/../x" becomes "x"; empty for what leads out, or is no name at all.
std::string inside(const std::string& folder, const std::string& name) {
  if (name.empty() || std::filesystem::path(name).is_absolute()) return {};
  std::string path = (std::filesystem::path(folder) / name).lexically_normal().string();
  if (path.ends_with('/')) path.pop_back();
  return path == ".." || path.starts_with("../") ? std::string() : path;
}

std::optional<AxeraConfig> parse_config(const std::string& path, const std::string& text) {
  const Json json = json_too_deep(text) ? Json() : Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("axmodel_num")) return std::nullopt;
  const auto named = [&](const char* key) {
    const auto found = json.find(key);
    const bool is_text = found != json.end() && found->is_string();
    return is_text ? inside(folder_of(path), found->get<std::string>()) : std::string();
  };
  return AxeraConfig{.path = path,
                     .layers = named("template_filename_axmodel"),
                     .head = named("filename_post_axmodel"),
                     .embeddings = named("filename_tokens_embed"),
                     .tokenizer = named("url_tokenizer_model"),
                     .post_config = named("post_config_path"),
                     .encoder = named("filename_image_encoder_axmodel")};
}

// Builds that a config names have it beside them.
struct Candidate {
  HubBuild build;
  std::optional<AxeraConfig> config;
};

std::vector<Candidate> candidates_of(const std::vector<HubFile>& files, const HubTexts& texts) {
  std::vector<Candidate> all;
  for (HubBuild& build : builds_of(files)) all.push_back({std::move(build), {}});
  for (const auto& [path, text] : texts) {
    const auto config = parse_config(path, text);
    if (!config) continue;
    for (Candidate& one : all) {
      if (spelled_alike(config->layers, one.build.layer_template())) one.config = config;
    }
  }
  return all;
}

std::string list_of(const std::vector<Candidate>& all) {
  std::string text;
  for (const Candidate& one : all) {
    text += (text.empty() ? "" : ", ") + (one.build.folder.empty() ? "(root)" : one.build.folder);
  }
  return text;
}

std::unexpected<Error> nothing_fits(const std::vector<Candidate>& all, std::string_view wish) {
  return fail(ErrorCode::kNotFound,
              "no build of the repository is named \"" + std::string(wish) + "\"",
              "it has: " + list_of(all));
}

Result<Candidate> choose(std::vector<Candidate> all, std::string_view wish,
                         std::vector<std::string>& others) {
  std::vector<Candidate> fitting;
  for (const Candidate& one : all) {
    if (wish == "latest" || answers_wish(one.build.folder, wish)) fitting.push_back(one);
  }
  if (fitting.empty()) return nothing_fits(all, wish);
  std::ranges::stable_sort(fitting, {}, [](const Candidate& one) {
    return std::pair(!one.config.has_value(), plainness(one.build));
  });
  for (const Candidate& one : all) {
    if (one.build.layer_template() != fitting.front().build.layer_template()) {
      others.push_back(one.build.folder);
    }
  }
  return std::move(fitting.front());
}

// Collects files by their path, each once.
class Basket {
 public:
  explicit Basket(const std::vector<HubFile>& files) : files_(files) {}

  // False when there is no such file.
  bool add(const std::string& path) {
    auto found = std::ranges::find(files_, path, &HubFile::path);
    if (found == files_.end()) found = std::ranges::find(files_, path + kOnnx, &HubFile::path);
    if (found == files_.end()) return false;
    if (seen_.insert(found->path).second) chosen_.push_back(*found);
    return true;
  }
  void add_tokenizer_files(const std::string& folder) {
    for (const HubFile& file : files_) {
      if (folder_of(file.path) == folder && is_tokenizer_file(name_of(file.path))) add(file.path);
    }
  }
  std::vector<HubFile> take() { return std::move(chosen_); }

 private:
  const std::vector<HubFile>& files_;
  std::vector<HubFile> chosen_;
  std::set<std::string> seen_;
};

std::unexpected<Error> lacks(const Candidate& chosen, const std::string& what) {
  const std::string& folder = chosen.build.folder;
  return fail(ErrorCode::kUnsupported,
              "the repository lacks " + what + " of the build " +
                  (folder.empty() ? std::string("at its root") : "in " + folder),
              "it is no whole model");
}

Result<void> add_weights(Basket& basket, const std::vector<HubFile>& files,
                         const Candidate& chosen) {
  for (const std::string& layer : chosen.build.layers) basket.add(layer);
  const std::string head = chosen.config && !chosen.config->head.empty()
                               ? chosen.config->head
                               : find_head(files, chosen.build);
  if (!basket.add(head)) return lacks(chosen, head.empty() ? "the head (..._post.axmodel)" : head);
  const std::string table = chosen.config && !chosen.config->embeddings.empty()
                                ? chosen.config->embeddings
                                : find_table(files, chosen.build.folder);
  if (!basket.add(table)) {
    return lacks(chosen, table.empty() ? "the embedding table (model.embed_tokens....bin)" : table);
  }
  return {};
}

Result<void> add_tokenizer(Basket& basket, const std::vector<HubFile>& files,
                           const Candidate& chosen) {
  const std::string named = chosen.config ? chosen.config->tokenizer : std::string();
  if (!named.empty() && basket.add(named)) {
    if (name_of(named) == "tokenizer.json") basket.add_tokenizer_files(folder_of(named));
    return {};
  }
  const auto folder = !named.empty() && is_tokenizer_folder(files, named)
                          ? std::optional(named)
                          : find_tokenizer_folder(files, chosen.build);
  if (folder) {
    basket.add_tokenizer_files(*folder);
    return {};
  }
  const std::string text = find_tokenizer_text(files, chosen.build.folder);
  if (!basket.add(text)) return lacks(chosen, named.empty() ? "the tokenizer" : named);
  return {};
}

}  // namespace

bool is_axera_repository(const std::vector<HubFile>& files) {
  return std::ranges::any_of(files, [](const HubFile& file) { return is_compiled(file.path); });
}

std::vector<HubFile> files_to_read(const std::vector<HubFile>& files) {
  constexpr uint64_t kLongest = 1 << 20;
  constexpr size_t kMost = 16;
  std::vector<HubFile> found;
  for (const HubFile& file : files) {
    if (name_of(file.path) != "config.json" || file.size == 0 || file.size > kLongest) continue;
    if (!for_other_chip(file.path) && found.size() < kMost) found.push_back(file);
  }
  return found;
}

Result<HubChoice> choose_files(const std::vector<HubFile>& files, const HubTexts& texts,
                               std::string_view wish) {
  std::vector<Candidate> all = candidates_of(files, texts);
  if (all.empty()) {
    const bool other = std::ranges::any_of(files, [](const HubFile& file) {
      return is_compiled(file.path) && for_other_chip(file.path);
    });
    return fail(other ? ErrorCode::kUnsupported : ErrorCode::kNotFound,
                other ? "the repository holds a model for other chips only"
                      : "the repository holds no layers (..._l0_together.axmodel)",
                "take a repository with a model for the AX650");
  }
  HubChoice choice;
  AX_TRY(const Candidate chosen, choose(std::move(all), wish, choice.others));
  choice.build = chosen.build.folder;
  Basket basket(files);
  if (chosen.config) basket.add(chosen.config->path);
  if (chosen.config && !chosen.config->post_config.empty()) basket.add(chosen.config->post_config);
  const std::string beside = chosen.config ? folder_of(chosen.config->path) : choice.build;
  basket.add(join(beside, "post_config.json"));
  if (!chosen.config) basket.add("post_config.json");
  AX_CHECK(add_tokenizer(basket, files, chosen));
  AX_CHECK(add_weights(basket, files, chosen));
  if (chosen.config && !chosen.config->encoder.empty()) basket.add(chosen.config->encoder);
  choice.files = basket.take();
  return choice;
}

}  // namespace axllama::store
