// Models that are folders of files: the files are blobs, and a folder of links gives them their own
// names back.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/config.h"
#include "store/store.h"

namespace axllama::store {

// Whether the layer is a named file of a folder.
bool is_folder_file(const Layer& layer);
// Whether the model is such a folder.
bool is_folder_model(const Manifest& manifest);
// The manifest's files; none when the model is no folder.
std::vector<FolderFile> folder_files(const Manifest& manifest);
// axllama/folders/<digest of names and contents> under the store's root: the same for all models of
// the same files.
std::filesystem::path folder_path(const std::filesystem::path& root, std::vector<FolderFile> files);
// kInvalidArgument: a name that leads out of the folder or has control characters, or that another
// file has already.
Result<void> check_folder_names(const std::vector<FolderFile>& files);

// The Jinja template that stands beside a Hugging Face tokenizer; empty when there is none.
std::string folder_template(const Store& store, const std::vector<FolderFile>& files);
// What /api/show gives as model_info, from the config alone.
JsonText folder_info_json(const Config& config);

// Deletes the links to the manifest's files, unless a manifest in the store needs them or can't be
// read.
void remove_unneeded_folder(const std::filesystem::path& root, const Manifest& manifest);

}  // namespace axllama::store
