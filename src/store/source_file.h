// A file outside the store that becomes a blob, or a blob that becomes a file: read once, and known
// to be what was read.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "base/fd.h"
#include "base/result.h"

namespace axllama::store {

struct SourceFile {
  std::filesystem::path path;
  Fd file;
  struct stat state = {};  // when it was opened
  uint64_t size() const { return static_cast<uint64_t>(state.st_size); }
};

// Bytes done so far.
using FileProgress = std::function<void(uint64_t)>;

// kInvalidArgument for what is no file.
Result<SourceFile> open_source(const std::filesystem::path& path);
// The path still leads to the file that was opened, and nobody has written to it; else kConflict.
Result<void> check_unchanged(const SourceFile& source);
// "sha256:<hex>" of the bytes there were when the file was opened: one that grows would have no
// end. kConflict when it changes meanwhile.
Result<std::string> hash_source(const SourceFile& source, const FileProgress& progress);
// A second name for the file itself, in place of what has that name; false when that can't be, or
// when everybody may write the file.
bool hard_link(const SourceFile& source, const std::filesystem::path& name);
// Shares the file's blocks with the empty file `to` where the file system can.
bool clone_content(const SourceFile& source, int to);
// Copies the content to the empty file `to`, inside the kernel as far as it goes. `to_path`: for
// errors. kConflict when the file became shorter; kCanceled when `stop` was asked.
Result<void> copy_content(const SourceFile& source, int to, const std::filesystem::path& to_path,
                          const FileProgress& progress, const std::stop_token& stop = {});

// A name in the folder of blobs that nobody has; Ollama's clean-up takes what bears it.
std::filesystem::path new_blob_name(const std::filesystem::path& folder);

}  // namespace axllama::store
