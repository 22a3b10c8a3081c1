// Blobs that are symbolic links to a user's file, as `axllama create --link` makes them where a
// hard link can't be: the store then depends on a file that it doesn't own. A note beside the
// store, axllama/links/sha256-<hex>, has the size and the time of the last change that the file had
// when it was hashed. A symbolic link without a note is somebody else's, and nothing is known of
// it.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "store/source_file.h"
#include "store/store.h"

namespace axllama::store {

// `blob`, here and below: its path, as of Store::blob_path.
// Makes the blob a link to the file, in place of what stands there.
Result<void> link_blob(const SourceFile& source, const std::filesystem::path& blob);
// Whether it is such a link, sound or not.
bool is_linked_blob(const std::filesystem::path& blob);
// kCorrupt names the file that is gone, can't be read or was changed since. Anything that is no
// such link is right.
Result<void> check_linked_blob(const std::filesystem::path& blob);
// Whether all blobs of the manifest that are such links are right.
bool links_are_sound(const Store& store, const Manifest& manifest);
// Where the note on a blob lies, be there one or not.
std::filesystem::path link_note(const std::filesystem::path& blob);

}  // namespace axllama::store
