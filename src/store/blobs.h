// Blobs on disk: their names, and files that become blobs only when they are whole.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace axllama::store {

// "sha256:<64 lower-case hex>" from "sha256:<hex>" or "sha256-<hex>"; nothing for another text.
std::optional<std::string> normal_digest(std::string_view digest);
// File name of a blob, "sha256-<hex>", from a normal digest.
std::string blob_file_name(std::string_view digest);

// Makes a rename in `folder` survive a power cut.
Result<void> sync_folder(const std::filesystem::path& folder);

// Marks a blob as fresh, so that Ollama's clean-up spares it until a manifest names it. What
// is a user's file (by a link of whatever kind) keeps its time.
void touch_blob(const std::filesystem::path& blob);

// A new file in the folder of blobs. Its name is no digest, so Ollama's clean-up takes it away when
// a crash leaves it behind. Unless it is committed it goes with this object.
class NewBlob {
 public:
  // Makes the folder when it is missing.
  static Result<NewBlob> create(const std::filesystem::path& folder);
  NewBlob(NewBlob&& other) noexcept = default;
  NewBlob& operator=(NewBlob&& other) noexcept;
  ~NewBlob();

  int fd() const { return file_.get(); }
  Result<void> write(std::string_view bytes);
  // Flushes the file and gives it its name among the blobs. `digest`: a normal digest, of just
  // these bytes; the caller has made sure.
  Result<void> commit(std::string_view digest);

 private:
  NewBlob(Fd file, std::filesystem::path path) : file_(std::move(file)), path_(std::move(path)) {}
  Fd file_;
  std::filesystem::path path_;  // empty: committed or moved away
};

// Keeps other processes of ours from changing manifests while it lives. Blocks until it has it.
class StoreLock {
 public:
  // Makes the folder when it is missing. `root`: the store's.
  static Result<StoreLock> take(const std::filesystem::path& root);

 private:
  explicit StoreLock(Fd folder) : folder_(std::move(folder)) {}
  Fd folder_;
};

}  // namespace axllama::store
