#include "axmodel/folder_contents.h"

#include <filesystem>
#include <initializer_list>
#include <set>

#include "axmodel/folder_embedding.h"
#include "axmodel/folder_paths.h"
#include "axmodel/folder_settings.h"
#include "axmodel/folder_tree.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;

// What readers of Hugging Face tokenizers look for.
constexpr std::initializer_list<const char*> kTokenizerFiles = {"tokenizer.json",
                                                                "vocab.json",
                                                                "merges.txt",
                                                                "tokenizer_config.json",
                                                                "special_tokens_map.json",
                                                                "added_tokens.json",
                                                                "chat_template.jinja",
                                                                "generation_config.json",
                                                                "config.json"};

std::string in(const std::string& folder, const std::string& name) {
  return (fs::path(folder) / name).string();
}

void add_tokenizer(const ModelFolder& model, std::set<std::string>& paths) {
  if (model.tokenizer_kind == TokenizerKind::kText) paths.insert(model.tokenizer);
  if (model.tokenizer_kind != TokenizerKind::kHfFolder) return;
  for (const char* name : kTokenizerFiles) {
    if (const auto path = existing_file(in(model.tokenizer, name))) paths.insert(*path);
  }
}

Result<void> add_configs(const ModelFolder& model, std::set<std::string>& paths) {
  AX_TRY(const FolderTree tree, list_folders(model.path));
  std::vector<std::string> remarks;
  AX_TRY(const auto chosen, choose_config(tree, remarks));
  if (chosen) paths.insert(in(chosen->folder, "config.json"));
  const std::string pooling = model.is_embedding ? find_pooling(tree) : "";
  if (!pooling.empty()) paths.insert(pooling);
  if (chosen && !chosen->config.post_config.empty()) {
    AX_TRY(const std::string path,
           path_inside(tree.root(), chosen->folder, chosen->config.post_config));
    if (existing_file(path)) paths.insert(path);
    return {};
  }
  for (const FolderListing* around :
       tree.around(fs::path(model.layers.at(0)).parent_path().string())) {
    if (!around->has("post_config.json")) continue;
    paths.insert(in(around->path, "post_config.json"));
    break;
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> folder_contents(const ModelFolder& model) {
  std::set<std::string> paths(model.layers.begin(), model.layers.end());
  paths.insert(model.head);
  paths.insert(model.embeddings);
  add_tokenizer(model, paths);
  AX_CHECK(add_configs(model, paths));
  std::set<std::string> names;
  for (const std::string& path : paths) {
    names.insert(fs::path(path).lexically_relative(model.path).string());
  }
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace axllama::axmodel
