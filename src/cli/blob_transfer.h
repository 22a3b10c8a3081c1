// Local files into the server's store.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "cli/api.h"
#include "cli/progress.h"

namespace axllama::cli {

// Makes the server hold `file` as a blob and returns its digest, "sha256:<hex>". On this machine,
// when the server's store is ours to write, the file is linked in without a copy where the file
// system can; else it is uploaded. kTooLarge for an upload over 1 GiB.
Result<std::string> bring_file(const Api& api, const std::filesystem::path& file,
                               Progress& progress);

}  // namespace axllama::cli
