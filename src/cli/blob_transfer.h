// Local files into the server's store.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "cli/api.h"
#include "cli/progress.h"
#include "store/store.h"

namespace axllama::cli {

enum class Bringing {
  kCopy,  // the store's own, linked where the file system can do that safely
  kLink,  // never a copy: where nothing else is left the store refers to the file
};

// Makes the server hold `file` as a blob. On this machine, when the server's store is ours to
// write, the file is linked in without a copy where the file system can; else it is uploaded, or,
// when it was to be linked, refused (kUnsupported).
Result<store::LinkedFile> bring_file(const Api& api, const std::filesystem::path& file,
                                     Bringing how, Progress& progress);

}  // namespace axllama::cli
