#include "store/linked_blob.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "store/blobs.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxNote = 4096;

int64_t changed_at(const struct stat& state) {
  return int64_t{state.st_mtim.tv_sec} * 1'000'000'000 + state.st_mtim.tv_nsec;
}

std::string note_text(const struct stat& state) {
  return nlohmann::json{{"size", state.st_size}, {"modified_ns", changed_at(state)}}.dump();
}

std::unexpected<Error> unsound(const fs::path& file, const std::string& what) {
  return fail(ErrorCode::kCorrupt, "its file " + file.string() + " " + what,
              "it is linked, not copied: put the file back as it was, or create the model again");
}

}  // namespace

fs::path link_note(const fs::path& blob) {
  return blob.parent_path().parent_path() / "axllama" / "links" / blob.filename();
}

Result<void> link_blob(const SourceFile& source, const fs::path& blob) {
  std::error_code error;
  const fs::path target = fs::canonical(source.path, error);
  if (error) {
    errno = error.value();
    return std::unexpected(errno_error("read", source.path));
  }
  AX_CHECK(check_unchanged(source));
  AX_CHECK(write_file_atomically(link_note(blob), note_text(source.state)));
  const fs::path made = new_blob_name(blob.parent_path());
  if (::symlink(target.c_str(), made.c_str()) != 0) {
    return std::unexpected(errno_error("create", made));
  }
  if (::rename(made.c_str(), blob.c_str()) != 0) {
    const Error failed = errno_error("create", blob);
    ::unlink(made.c_str());
    return std::unexpected(failed);
  }
  return sync_folder(blob.parent_path());
}

bool is_linked_blob(const fs::path& blob) {
  std::error_code error;
  return fs::is_symlink(fs::symlink_status(blob, error)) && fs::exists(link_note(blob), error);
}

Result<void> check_linked_blob(const fs::path& blob) {
  if (!is_linked_blob(blob)) return {};
  std::error_code error;
  const fs::path file = fs::read_symlink(blob, error);
  struct stat state = {};
  if (::stat(blob.c_str(), &state) != 0) {
    return unsound(file, "can't be read: " + std::generic_category().message(errno));
  }
  AX_TRY(const std::string note, read_file(link_note(blob), kMaxNote));
  if (note != note_text(state)) return unsound(file, "was changed after the model was created");
  if (::access(blob.c_str(), R_OK) != 0) {
    return unsound(file, "can't be read: " + std::generic_category().message(errno));
  }
  return {};
}

bool links_are_sound(const Store& store, const Manifest& manifest) {
  return std::ranges::all_of(manifest.layers, [&](const Layer& layer) {
    return check_linked_blob(store.blob_path(layer.digest)).has_value();
  });
}

}  // namespace axllama::store
