// Where manifests lie on disk, and how names find them.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace axllama::store {

// manifests/<host>/<namespace>/<model>/<tag> under the store's root.
std::filesystem::path manifest_path(const std::filesystem::path& root, const Name& name);

// Names of all files that lie where manifests lie, whatever they hold. Files whose place is no name
// are passed over. kIo when the folder can't be read; a store that doesn't exist yet is empty.
Result<std::vector<Name>> stored_names(const std::filesystem::path& root);

// The name as it is written on disk; the same spelling goes before others that differ in case only.
std::optional<Name> stored_name(const std::filesystem::path& root, const Name& name);
// The name under which a manifest for `name` is to be written: spelled like what is there already,
// part by part as far as it goes.
Name name_to_write(const std::filesystem::path& root, const Name& name);

// Reads the manifest of a stored name. kNotFound, or kCorrupt with the file's path.
Result<Manifest> read_manifest(const std::filesystem::path& root, const Name& name);
// Writes it, so that it is there or the old one still is.
Result<void> write_manifest(const std::filesystem::path& root, const Name& name,
                            std::string_view bytes);

// Deletes those of the manifest's blobs, and links to them, that no manifest in the store needs.
// While there is a manifest that can't be read none is deleted: nobody knows what it needs.
void remove_unneeded_blobs(const Store& store, const Manifest& manifest);
// The same for a manifest in whose place another was written; not with OLLAMA_NOPRUNE.
void remove_replaced_blobs(const Store& store, const Manifest& replaced);

}  // namespace axllama::store
