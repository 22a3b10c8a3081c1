// Builds in a list of files: sets of layers, and what belongs to them by name and place. Pure
// functions, on paths from the repository's root on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "store/hugging_face_files.h"

namespace axllama::store {

std::string folder_of(const std::string& path);  // empty: the root
std::string name_of(const std::string& path);
std::string join(const std::string& folder, const std::string& name);

bool is_compiled(std::string_view path);     // .axmodel or .axmodel.onnx
bool for_other_chip(std::string_view path);  // by any part of its name: "-ax630c", "-AX620E"

struct HubBuild {
  std::string folder;               // empty: the root
  std::string prefix, suffix;       // of the files' names: "qwen3_p128_l", "_together.axmodel"
  std::vector<std::string> layers;  // paths, first layer first
  // As config.json writes it: "folder/qwen3_p128_l%d_together.axmodel".
  std::string layer_template() const { return join(folder, prefix + "%d" + suffix); }
};

// Every set of layers for this chip.
std::vector<HubBuild> builds_of(const std::vector<HubFile>& files);

// Whether a folder is meant by a tag: it is its name, or each word of the tag is a word of the
// name.
bool answers_wish(std::string_view folder, std::string_view wish);

// Orders builds: less is taken first. Those that keep a dialogue's cache ("ctx") before those that
// don't, plain before more strongly compressed ones, then what is at the root, then short names.
std::tuple<int, int, size_t, std::string> plainness(const HubBuild& build);

// Paths; empty when there is none.
std::string find_head(const std::vector<HubFile>& files, const HubBuild& build);
// In `folder`, else around it.
std::string find_table(const std::vector<HubFile>& files, const std::string& folder);
std::string find_tokenizer_text(const std::vector<HubFile>& files, const std::string& folder);

// A file that a tokenizer's folder is made of.
bool is_tokenizer_file(std::string_view name);
// tokenizer.json, or vocab.json and merges.txt.
bool is_tokenizer_folder(const std::vector<HubFile>& files, const std::string& folder);
// The nearest to the build; where several are as near, the one named most like it.
std::optional<std::string> find_tokenizer_folder(const std::vector<HubFile>& files,
                                                 const HubBuild& build);

}  // namespace axllama::store
