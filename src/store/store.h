// The model store on disk: Ollama's layout, byte for byte, so that an existing store is used as it
// is (spec/ollama.md 5).
//
// Nothing is cached: each call looks at the disk, so that Ollama or another process may change the
// store at any time. Calls block on the disk for milliseconds; any thread may call.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/message.h"
#include "core/model.h"
#include "core/options.h"
#include "store/name.h"

namespace axllama::store {

struct Layer {
  std::string media_type;  // "application/vnd.ollama.image.model"
  std::string digest;      // "sha256:<64 hex>"
  uint64_t size = 0;
  std::string from = {};  // model it was taken over from: "sprout:latest"; may be empty
  std::string name = {};  // file name, where a model is made of many files; may be empty
};

// A file of a model that is a folder.
struct FolderFile {
  std::string name;    // where it stands in the folder: "tokenizer/tokenizer.json"
  std::string digest;  // "sha256:<64 hex>"
  bool operator==(const FolderFile&) const = default;
};

struct LinkedFile {
  std::string digest;     // "sha256:<64 hex>"
  bool symbolic = false;  // the store depends on the file
};

// ModelDetails::format of a folder compiled for the NPU.
inline constexpr const char* kFolderFormat = "axmodel";

// What those who can read such a folder say about it.
struct FolderFacts {
  std::string family;  // "qwen3"
  int64_t context_length = 0;
  int64_t embedding_length = 0;
  std::vector<std::string> capabilities;  // beside those that its chat template shows
};

struct Manifest {
  Name name;
  std::filesystem::path path;
  std::string digest;  // 64 hex digits of the manifest file, without "sha256:"
  std::chrono::system_clock::time_point modified;
  Layer config;
  std::vector<Layer> layers;
  uint64_t size() const;  // layers and config together
};

// A model as it is run: everything its layers say.
struct Model {
  Manifest manifest;
  // The GGUF blob, or the folder of links to a folder's files; empty when the model has none (a
  // remote model).
  std::filesystem::path weights;
  ModelDetails details;
  std::vector<std::string> capabilities;
  OptionList parameters;
  std::string system;
  std::string go_template;        // TEMPLATE layer; empty when there is none
  std::string chat_template;      // the weights' own Jinja template; empty when they have none
  bool uses_go_template = false;  // prompts come from go_template, not from chat_template
  std::vector<Message> messages;
  std::vector<std::string> licenses;
  JsonText model_info;      // GGUF metadata as /api/show gives it, arrays null
  JsonText tensors;         // [{"name","type","shape"}]
  JsonText projector_info;  // the projector's metadata; empty when there is none
  std::vector<std::filesystem::path> projectors;   // GGUF blobs that turn images into embeddings
  std::vector<std::filesystem::path> adapters;     // LoRA GGUF blobs
  std::string renderer, parser, required_version;  // the config's words; empty when it has none
};

// What `create` makes a model of (spec/ollama.md 4). Exactly one of from, file and
// folder.
struct Recipe {
  std::string from = {};                       // name of a model in the store
  std::string file_digest = {};                // or "sha256:..." of a GGUF blob in the store
  std::vector<std::string> more_digests = {};  // of further files: one model, the rest projectors
  std::string adapter_digest = {};  // of a LoRA adapter's GGUF blob, instead of that of `from`
  std::vector<FolderFile> folder_files = {};    // or the files of a folder, all in the store
  FolderFacts folder = {};                      // what is in folder_files
  std::optional<std::string> go_template = {};  // empty text: without a template
  std::optional<std::string> system = {};       // empty text: without a system prompt
  std::vector<std::string> licenses = {};       // beside those of `from`
  OptionList parameters = {};          // over those of `from`; a given stop list replaces the old
  std::vector<Message> messages = {};  // when not empty: instead of those of `from`
  std::string renderer = {}, parser = {}, required_version = {};  // empty: those of `from`
};

class Store {
 public:
  // The folder need not exist yet. `go_templates`: whether models with both kinds of template use
  // the Go template; absent: whichever can do more (OLLAMA_GO_TEMPLATE).
  explicit Store(std::filesystem::path root, std::optional<bool> go_templates = {})
      : root_(std::move(root)), go_templates_(go_templates) {}
  // $OLLAMA_MODELS, else ~/.ollama/models.
  static std::filesystem::path default_root();
  const std::filesystem::path& root() const { return root_; }

  // All manifests that can be read, newest first. A broken one is left out with a log line.
  Result<std::vector<Manifest>> list() const;
  // Looks a name up without regard to case. kNotFound when there is no such manifest; kCorrupt when
  // it can't be read.
  Result<Manifest> find(const Name& name) const;
  // Reads config and layers, and the GGUF's own metadata. kNotFound names a missing blob, kCorrupt
  // a broken one; both say what to do. `verbose`: model_info with full arrays.
  Result<Model> read(const Manifest& manifest, bool verbose = false) const;
  // Only what a listing shows: details and capabilities.
  Result<Model> summary(const Manifest& manifest) const;

  // digest: "sha256:<64 hex>" or "sha256-<64 hex>"; anything else gives an empty path.
  std::filesystem::path blob_path(std::string_view digest) const;
  // Not when it is a link to a file that is gone or was changed (store/linked_blob.h).
  bool has_blob(std::string_view digest) const;
  // Brings a local file in and returns its digest: hashed, then by reflink, else by hard link, else
  // copied, and renamed when it is whole. `progress` is told the bytes hashed and copied so far; it
  // ends at the file's size, or at twice that when the file had to be copied.
  // A hard link is the file itself: whoever later writes into the source in place changes the blob
  // too, and its digest no longer holds. So a file that everybody may write is copied. Replacing or
  // deleting the source is harmless.
  // kConflict when the file changes meanwhile.
  Result<std::string> import_file(const std::filesystem::path& file,
                                  const std::function<void(uint64_t)>& progress = {});
  // The same, but what would be copied becomes a symbolic link to the file (store/linked_blob.h):
  // the model then lasts as long as the file stays as it is.
  Result<LinkedFile> link_file(const std::filesystem::path& file,
                               const std::function<void(uint64_t)>& progress = {});
  // Stores bytes as a blob and returns the layer's digest.
  Result<std::string> import_bytes(std::string_view bytes);
  // A folder in which the blobs stand under these names, as relative links; made when it is not
  // there. kInvalidArgument for names that can't be.
  Result<std::filesystem::path> link_folder(const std::vector<FolderFile>& files) const;
  // Deletes that folder unless a manifest needs it.
  void drop_folder(const std::vector<FolderFile>& files) const;
  // Receives an upload piece by piece; commit verifies it and renames it (store/upload.h).
  class Upload;

  // Writes a manifest for `name`, in place of one that stands there. `status` is told each line:
  // "parsing GGUF", "creating new layer sha256:...", ..., "success". kInvalidArgument with Ollama's
  // texts for a recipe or a file that can't be; kCorrupt for a GGUF file that is cut short;
  // kNotFound when `from` is not in the store.
  Result<void> create(const Name& name, const Recipe& recipe,
                      const std::function<void(std::string_view)>& status);
  // kNotFound `model "src" not found`.
  Result<void> copy(const Name& from, const Name& to);
  // Removes the manifest and the blobs that no other manifest needs.
  Result<void> remove(const Name& name);

 private:
  std::filesystem::path root_;
  std::optional<bool> go_templates_;
};

}  // namespace axllama::store
