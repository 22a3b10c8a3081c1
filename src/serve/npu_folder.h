// Folders compiled for the NPU, as they become models of the store.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace axllama::serve {

using NamedDigests = std::vector<std::pair<std::string, std::string>>;

// Whether the files to create a model of are such a folder's: one of them is a compiled layer.
bool is_npu_folder(const NamedDigests& files);

// Sets the recipe's folder and its files, whose blobs must be in the store. kInvalidArgument says
// what is wrong with the folder; nothing of it is kept then but the blobs.
Result<void> add_npu_folder(const store::Store& store, const NamedDigests& files,
                            store::Recipe& recipe);

}  // namespace axllama::serve
