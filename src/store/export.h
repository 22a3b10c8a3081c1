// Models as files again: `axllama export`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace axllama::store {

struct ExportedFile {
  std::string name;  // in the folder: "model.gguf", "tokenizer/vocab.json"
  std::filesystem::path blob;
  uint64_t size = 0;
};

struct Export {
  std::vector<ExportedFile> files;
  std::string modelfile;  // makes the same model of the files
  uint64_t size() const;
};

// What of the model becomes which file: of a folder for the NPU each by its own name, else
// model.gguf, mmproj.gguf and adapter.gguf; a second one of a kind is mmproj-2.gguf.
// kUnsupported for a model without files here; kCorrupt for a blob of a wrong size.
Result<Export> plan_export(const Store& store, const Model& model);

struct ExportHow {
  bool replace = false;  // files of the same names in a folder that is there already
  bool link = false;     // hard links to the blobs instead of copies
};

// Writes the files and a Modelfile into `folder`: whole, or nothing of it. Copies share their
// blocks with the blobs where the file system can. `progress`: bytes done, of all files. kConflict
// for a folder that is not empty; kUnsupported when hard links were asked for and can't be;
// kCanceled.
Result<void> write_export(const Export& exported, const std::filesystem::path& folder,
                          ExportHow how, const std::function<void(uint64_t)>& progress,
                          const std::stop_token& stop);

}  // namespace axllama::store
