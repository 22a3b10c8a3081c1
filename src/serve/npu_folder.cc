#include "serve/npu_folder.h"

#include <algorithm>
#include <cctype>

#include "axmodel/folder.h"
#include "core/model.h"
#include "store/linked_blob.h"
#include "token/family_template.h"

namespace axllama::serve {
namespace {

std::unexpected<Error> refused(std::string message, std::string hint = {}) {
  return fail(ErrorCode::kInvalidArgument, std::move(message), std::move(hint));
}

Result<std::vector<store::FolderFile>> stored_files(const store::Store& store,
                                                    const NamedDigests& named) {
  std::vector<store::FolderFile> files;
  for (const auto& [name, digest] : named) {
    if (store.blob_path(digest).empty()) return refused("invalid digest format");
    AX_CHECK(store::check_linked_blob(store.blob_path(digest)));
    if (!store.has_blob(digest)) return refused("blob \"" + digest + "\" not found");
    std::string stored = "sha256:" + store.blob_path(digest).filename().string().substr(7);
    files.push_back({name, std::move(stored)});
  }
  return files;
}

// The client knows its files by their names, not by where they stand in the store.
std::string without_folder(std::string text, const std::string& folder) {
  for (size_t at = text.find(folder); at != std::string::npos; at = text.find(folder, at)) {
    const bool in_it = text.substr(at + folder.size()).starts_with('/');
    text.replace(at, folder.size() + (in_it ? 1 : 0), in_it ? "" : "the folder");
  }
  return text;
}

// Ollama's name of the architecture where it has one; AXERA's "Qwen3" is "qwen3".
std::string family_of(const std::string& tokenizer_type) {
  if (tokenizer_type.empty()) return store::kFolderFormat;
  if (tokenizer_type == "Qwen2_5") return "qwen2";
  std::string family = tokenizer_type;
  std::ranges::transform(family, family.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return family;
}

// A text file brings no template: its family's built-in one decides. Other tokenizers bring their
// own, which the store reads.
std::vector<std::string> capabilities_of(const axmodel::ModelFolder& folder) {
  if (folder.is_embedding) return {capability::kEmbedding};
  std::vector<std::string> all = {capability::kCompletion};
  if (folder.tokenizer_kind != axmodel::TokenizerKind::kText) return all;
  const FamilyAbilities abilities = family_abilities(folder.tokenizer_type);
  if (abilities.tools) all.emplace_back(capability::kTools);
  if (abilities.thinking) all.emplace_back(capability::kThinking);
  return all;
}

store::FolderFacts facts_of(const axmodel::ModelFolder& folder) {
  return {.family = family_of(folder.tokenizer_type),
          .context_length = folder.context(),
          .embedding_length = folder.hidden,
          .capabilities = capabilities_of(folder)};
}

void set_default(store::Recipe& recipe, const char* name, OptionValue value) {
  const auto same = [name](const auto& option) { return option.first == name; };
  if (std::ranges::none_of(recipe.parameters, same)) {
    recipe.parameters.emplace_back(name, std::move(value));
  }
}

// What the folder's own files say about sampling and the system prompt holds where the recipe says
// nothing.
void take_defaults(const axmodel::ModelFolder& folder, store::Recipe& recipe) {
  const axmodel::SamplingDefaults& sampling = folder.sampling;
  if (sampling.temperature) set_default(recipe, "temperature", *sampling.temperature);
  if (sampling.top_k) set_default(recipe, "top_k", int64_t{*sampling.top_k});
  if (sampling.top_p) set_default(recipe, "top_p", *sampling.top_p);
  if (sampling.repeat_penalty) set_default(recipe, "repeat_penalty", *sampling.repeat_penalty);
  if (sampling.repeat_last_n) {
    set_default(recipe, "repeat_last_n", int64_t{*sampling.repeat_last_n});
  }
  if (!recipe.system && !folder.system_prompt.empty()) recipe.system = folder.system_prompt;
}

}  // namespace

bool is_npu_folder(const NamedDigests& files) {
  return std::ranges::any_of(files, [](const auto& file) {
    return file.first.ends_with(".axmodel") || file.first.ends_with(".axmodel.onnx");
  });
}

Result<void> add_npu_folder(const store::Store& store, const NamedDigests& named,
                            store::Recipe& recipe) {
  AX_TRY(std::vector<store::FolderFile> files, stored_files(store, named));
  AX_TRY(const std::filesystem::path path, store.link_folder(files));
  const Result<axmodel::ModelFolder> folder = axmodel::describe_folder(path.string());
  if (!folder) {
    store.drop_folder(files);
    return refused(without_folder(folder.error().message, path.string()), folder.error().hint);
  }
  take_defaults(*folder, recipe);
  recipe.folder_files = std::move(files);
  recipe.folder = facts_of(*folder);
  return {};
}

}  // namespace axllama::serve
