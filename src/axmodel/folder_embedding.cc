#include "axmodel/folder_embedding.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "axmodel/folder_paths.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr uint64_t kLargestConfig = 1 << 20;

struct PoolingName {
  std::string_view name;
  EmbeddingPooling pooling;
};
constexpr PoolingName kPoolings[] = {{"lasttoken", EmbeddingPooling::kLast},
                                     {"mean_tokens", EmbeddingPooling::kMean},
                                     {"mean", EmbeddingPooling::kMean}};

Result<EmbeddingPooling> pooling_named(std::string_view name) {
  const auto* const found = std::ranges::find(kPoolings, name, &PoolingName::name);
  if (found != std::end(kPoolings)) return found->pooling;
  return fail(ErrorCode::kUnsupported, "pooling \"" + std::string(name) + "\" can't be had",
              "the last token's and the mean can");
}

// "pooling_mode": "lasttoken", or of several keys "pooling_mode_lasttoken" the one that is true.
std::vector<std::string> poolings_in(const Json& json) {
  std::vector<std::string> names;
  constexpr std::string_view kKey = "pooling_mode";
  for (const auto& [key, value] : json.items()) {
    if (key == kKey && value.is_string()) names.push_back(value.get<std::string>());
    if (!key.starts_with("pooling_mode_") || value != true) continue;
    names.push_back(key.substr(kKey.size() + 1));
  }
  return names;
}

// Jina's layers are compiled for masks that hide nothing.
bool looks_both_ways(const ModelFolder& model) {
  const std::string path = model.layers.empty() ? "" : model.layers[0];
  return fs::path(path).filename().string().starts_with("jina_embeddings");
}

void take_pooling(const std::string& path, ModelFolder& model, Findings& findings) {
  if (path.empty()) return;
  std::string text;
  if (!findings.keep(read_start(path, kLargestConfig), text)) return;
  const Result<EmbeddingPooling> pooling = parse_pooling(text);
  if (pooling) {
    model.pooling = *pooling;
  } else {
    findings.problem(pooling.error().code, path + ": " + pooling.error().message,
                     pooling.error().hint);
  }
}

}  // namespace

void take_embedding(const FolderTree& tree, ModelFolder& model, Findings& findings) {
  const bool no_logits = model.vocabulary == 0 && !model.head_hidden.empty();
  if (no_logits && !model.is_embedding) {
    model.is_embedding = true;
    findings.remark(model.head + " gives no logits: this is an embedding model.");
  }
  if (!model.is_embedding) return;
  if (looks_both_ways(model)) {
    findings.problem(ErrorCode::kUnsupported,
                     model.layers[0] +
                         ": this model's attention looks both ways, which is not to "
                         "be had on the NPU yet");
  }
  if (model.vocabulary > 0 && model.head_hidden.empty()) {
    findings.remark(model.head + " gives logits only: embeddings are taken before the final norm.");
  }
  model.closing_token = closing_token_of(model.tokenizer_type);
  take_pooling(find_pooling(tree), model, findings);
}

std::string find_pooling(const FolderTree& tree) {
  for (const FolderListing& folder : tree.folders) {
    const fs::path path(folder.path);
    if (path.filename() != "1_Pooling" || !folder.has("config.json")) continue;
    return (path / "config.json").string();
  }
  return {};
}

Result<EmbeddingPooling> parse_pooling(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(ErrorCode::kCorrupt, "this is no JSON object");
  const std::vector<std::string> names = poolings_in(json);
  if (names.size() == 1) return pooling_named(names[0]);
  return fail(names.empty() ? ErrorCode::kCorrupt : ErrorCode::kUnsupported,
              "it names " + (names.empty() ? "no" : std::to_string(names.size())) + " poolings");
}

std::string closing_token_of(std::string_view tokenizer_type) {
  std::string key;
  for (const char letter : tokenizer_type) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) != 0) key += static_cast<char>(std::tolower(byte));
  }
  return key == "qwen3" || key == "qwen3vl" ? "<|endoftext|>" : "";
}

}  // namespace axllama::axmodel
