// Names of files as config.json and people write them, and what lies there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"

namespace axllama::axmodel {

// The path of `name` as written in a config in `folder`, which is `root` or below. kCorrupt when it
// is absolute, has control characters, or leads out of `root`; links are not followed to tell.
Result<std::string> path_inside(const std::string& root, const std::string& folder,
                                const std::string& name);

// The file at `path`, or at the other of the two spellings ".axmodel" and ".axmodel.onnx". Nothing
// if there is none; folders are none.
std::optional<std::string> existing_file(const std::string& path);
bool is_folder(const std::string& path);

// "PATH is missing", or that it is a link to nothing; kNotFound.
Error missing_file(const std::string& path);

// The first bytes of a file, at most `limit`. kIo.
Result<std::string> read_start(const std::string& path, uint64_t limit);

// kCorrupt: the file is empty or a Git LFS pointer. kIo.
Result<void> check_fetched(const std::string& path);

}  // namespace axllama::axmodel
