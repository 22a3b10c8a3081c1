#include <system_error>

#include "base/digest.h"
#include "store/blobs.h"
#include "store/linked_blob.h"
#include "store/source_file.h"
#include "store/store.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

// Whether the blob is there and whole; one of another size is what is left of some accident.
bool have(const fs::path& blob, uint64_t size) {
  std::error_code error;
  const uint64_t found = fs::file_size(blob, error);
  if (error || found != size || !check_linked_blob(blob)) return false;
  touch_blob(blob);
  return true;
}

// The file becomes the blob without taking room; false when that can't be.
Result<bool> share_file(const SourceFile& source, const std::string& digest,
                        const fs::path& blob_path, NewBlob& blob) {
  if (clone_content(source, blob.fd())) {
    AX_CHECK(check_unchanged(source));
    AX_CHECK(blob.commit(digest));
    return true;
  }
  if (!hard_link(source, blob_path)) return false;
  AX_CHECK(sync_folder(blob_path.parent_path()));
  return true;
}

}  // namespace

Result<std::string> Store::import_file(const fs::path& file,
                                       const std::function<void(uint64_t)>& progress) {
  AX_TRY(const SourceFile source, open_source(file));
  AX_TRY(std::string digest, hash_source(source, progress));
  const fs::path path = blob_path(digest);
  if (!is_linked_blob(path) && have(path, source.size())) return digest;
  AX_TRY(NewBlob blob, NewBlob::create(root_ / "blobs"));
  AX_TRY(const bool shared, share_file(source, digest, path, blob));
  if (shared) return digest;
  const auto copied = [&](uint64_t done) {
    if (progress) progress(source.size() + done);
  };
  AX_CHECK(copy_content(source, blob.fd(), path, copied));
  AX_CHECK(check_unchanged(source));
  AX_CHECK(blob.commit(digest));
  return digest;
}

Result<LinkedFile> Store::link_file(const fs::path& file,
                                    const std::function<void(uint64_t)>& progress) {
  AX_TRY(const SourceFile source, open_source(file));
  AX_TRY(const std::string digest, hash_source(source, progress));
  const fs::path path = blob_path(digest);
  if (have(path, source.size())) return LinkedFile{digest, is_linked_blob(path)};
  AX_TRY(NewBlob blob, NewBlob::create(root_ / "blobs"));
  AX_TRY(const bool shared, share_file(source, digest, path, blob));
  if (!shared) AX_CHECK(link_blob(source, path));
  return LinkedFile{digest, !shared};
}

Result<std::string> Store::import_bytes(std::string_view bytes) {
  std::string digest = "sha256:" + sha256_hex(bytes);
  if (have(blob_path(digest), bytes.size())) return digest;
  AX_TRY(NewBlob blob, NewBlob::create(root_ / "blobs"));
  AX_CHECK(blob.write(bytes));
  AX_CHECK(blob.commit(digest));
  return digest;
}

}  // namespace axllama::store
