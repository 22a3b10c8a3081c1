#include "store/export.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "base/fd.h"
#include "store/blobs.h"
#include "store/export_folder.h"
#include "store/folder.h"
#include "store/manifest.h"
#include "store/modelfile.h"
#include "store/source_file.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kModelfile = "Modelfile";

// "mmproj.gguf", "mmproj-2.gguf", ...
std::string numbered(const std::string& stem, size_t number) {
  return stem + (number == 1 ? "" : "-" + std::to_string(number)) + ".gguf";
}

const char* stem_of(const Layer& layer) {
  if (layer.media_type == media::kModel) return "model";
  if (layer.media_type == media::kProjector) return "mmproj";
  return layer.media_type == media::kAdapter ? "adapter" : nullptr;
}

std::string name_of(const Layer& layer, const std::vector<ExportedFile>& others) {
  if (is_folder_file(layer)) return layer.name;
  const char* stem = stem_of(layer);
  if (stem == nullptr) return {};
  size_t number = 1;
  const auto taken = [&](const ExportedFile& file) { return file.name == numbered(stem, number); };
  while (std::ranges::any_of(others, taken)) ++number;
  return numbered(stem, number);
}

Result<void> check_size(const ExportedFile& file) {
  std::error_code error;
  const uint64_t found = fs::file_size(file.blob, error);
  if (!error && found == file.size) return {};
  return fail(ErrorCode::kCorrupt,
              file.blob.string() + " is not the " + std::to_string(file.size) +
                  " bytes that the model says",
              "pull or create the model again");
}

// The model as it is when its files lie beside its Modelfile.
Model moved(Model model, const std::vector<ExportedFile>& files) {
  if (is_folder_model(model.manifest)) {
    model.weights = ".";
    return model;
  }
  model.projectors.clear();
  model.adapters.clear();
  for (const ExportedFile& file : files) {
    const fs::path here = "./" + file.name;
    if (file.name.starts_with("model")) model.weights = here;
    if (file.name.starts_with("mmproj")) model.projectors.push_back(here);
    if (file.name.starts_with("adapter")) model.adapters.push_back(here);
  }
  return model;
}

Result<void> link_file(const SourceFile& source, const fs::path& to) {
  if (hard_link(source, to)) return {};
  return fail(ErrorCode::kUnsupported,
              source.path.string() + " can't be hard-linked to " + to.string(),
              "that takes one file system and a file of your own; without --link it is copied");
}

Result<void> flush(const Fd& file, const fs::path& path) {
  if (::fsync(file.get()) != 0) return std::unexpected(errno_error("flush", path));
  return {};
}

Result<void> copy_file(const SourceFile& source, const fs::path& to,
                       const std::function<void(uint64_t)>& progress, const std::stop_token& stop) {
  const Fd made(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!made) return std::unexpected(errno_error("create", to));
  if (!clone_content(source, made.get())) {
    AX_CHECK(copy_content(source, made.get(), to, progress, stop));
  }
  return flush(made, to);
}

Result<void> add_file(const ExportedFile& file, const fs::path& folder, bool link,
                      const std::function<void(uint64_t)>& progress, const std::stop_token& stop) {
  AX_TRY(const SourceFile source, open_source(file.blob));
  const fs::path to = folder / file.name;
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  if (error) {
    errno = error.value();
    return std::unexpected(errno_error("create", to.parent_path()));
  }
  AX_CHECK(link ? link_file(source, to) : copy_file(source, to, progress, stop));
  AX_CHECK(check_unchanged(source));
  AX_CHECK(sync_folder(to.parent_path()));
  progress(file.size);
  return {};
}

std::vector<std::string> names_of(const Export& exported) {
  std::vector<std::string> names;
  for (const ExportedFile& file : exported.files) names.push_back(file.name);
  names.emplace_back(kModelfile);
  return names;
}

}  // namespace

uint64_t Export::size() const {
  uint64_t sum = 0;
  for (const ExportedFile& file : files) sum += file.size;
  return sum;
}

Result<Export> plan_export(const Store& store, const Model& model) {
  Export exported;
  for (const Layer& layer : model.manifest.layers) {
    std::string name = name_of(layer, exported.files);
    if (name.empty()) continue;
    exported.files.push_back({std::move(name), store.blob_path(layer.digest), layer.size});
    AX_CHECK(check_size(exported.files.back()));
    if (exported.files.back().name != kModelfile) continue;
    return fail(ErrorCode::kUnsupported, "a file of the model is itself named Modelfile");
  }
  if (exported.files.empty()) {
    return fail(ErrorCode::kUnsupported,
                "model '" + model.manifest.name.short_text() + "' has no files here");
  }
  exported.modelfile = write_modelfile(moved(model, exported.files));
  return exported;
}

Result<void> write_export(const Export& exported, const fs::path& folder, ExportHow how,
                          const std::function<void(uint64_t)>& progress,
                          const std::stop_token& stop) {
  AX_TRY(ExportFolder made, ExportFolder::create(folder, how.replace));
  uint64_t before = 0;
  for (const ExportedFile& file : exported.files) {
    if (stop.stop_requested()) return fail(ErrorCode::kCanceled, "interrupted");
    const auto told = [&](uint64_t done) {
      if (progress) progress(before + done);
    };
    AX_CHECK(add_file(file, made.path(), how.link, told, stop));
    before += file.size;
  }
  AX_CHECK(write_file_atomically(made.path() / kModelfile, exported.modelfile));
  return made.publish(names_of(exported));
}

}  // namespace axllama::store
