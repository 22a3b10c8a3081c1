#include <algorithm>

#include "base/fd.h"
#include "base/log.h"
#include "store/config.h"
#include "store/details.h"
#include "store/folder.h"
#include "store/json_text.h"
#include "store/linked_blob.h"
#include "store/manifest.h"
#include "store/messages.h"
#include "store/params.h"
#include "store/store.h"

namespace axllama::store {
namespace {

namespace fs = std::filesystem;

// Texts of layers; the longest are licenses.
constexpr size_t kMaxText = 16 << 20;
constexpr const char* kHint = "pull or create the model again";

// Reads one model's layers, and says in each error which model it was.
class Reader {
 public:
  Reader(const Store& store, const Manifest& manifest) : store_(store), manifest_(manifest) {}

  Result<Config> config() const {
    AX_TRY(const std::string json, content(manifest_.config));
    return named(parse_config(json));
  }

  // Header of the weights; nothing when the model has none.
  Result<std::optional<Gguf>> weights(Model& model) const {
    const Layer* layer = nullptr;
    AX_CHECK(find_weights(layer));
    if (layer == nullptr) return std::optional<Gguf>();
    AX_TRY(model.weights, blob(*layer));
    model.details.parent_model = layer->from;
    AX_TRY(Gguf gguf, named(Gguf::open(model.weights)));
    AX_CHECK(named(gguf.check_data()));
    return std::optional(std::move(gguf));
  }

  // The links to the files of a model that is a folder, and the template among them.
  Result<void> folder(Model& model) const {
    for (const Layer& layer : manifest_.layers) {
      if (!is_folder_file(layer)) continue;
      AX_CHECK(blob(layer));
      model.details.parent_model = layer.from;
    }
    const std::vector<FolderFile> files = folder_files(manifest_);
    if (files.empty()) return {};
    AX_TRY(model.weights, named(store_.link_folder(files)));
    model.chat_template = folder_template(store_, files);
    return {};
  }

  Result<void> layers(Model& model) const {
    for (const Layer& layer : manifest_.layers) AX_CHECK(read(layer, model));
    return {};
  }

  // Only the template, for the capabilities.
  std::string go_template() const {
    std::string text;
    for (const Layer& layer : manifest_.layers) {
      if (!is_template(layer)) continue;
      if (auto read = content(layer)) text = *std::move(read);
    }
    return text;
  }

  // A listing shows a model whose weights can't be read, too.
  std::optional<Gguf> weights_if_readable(Model& model) const {
    auto gguf = weights(model);
    if (gguf) return *std::move(gguf);
    log_debug(gguf.error().text());
    return std::nullopt;
  }

  bool has_projector() const {
    return std::ranges::find(manifest_.layers, media::kProjector, &Layer::media_type) !=
           manifest_.layers.end();
  }

 private:
  std::string name() const { return "model '" + manifest_.name.short_text() + "'"; }

  template <class T>
  Result<T> named(Result<T> result) const {
    if (result) return result;
    Error error = std::move(result).error();
    error.message = name() + ": " + error.message;
    if (error.code == ErrorCode::kInvalidArgument) error.code = ErrorCode::kCorrupt;
    if (error.hint.empty()) error.hint = kHint;
    return std::unexpected(std::move(error));
  }

  static bool is_template(const Layer& layer) {
    return layer.media_type == media::kTemplate || layer.media_type == media::kPrompt;
  }

  Result<fs::path> blob(const Layer& layer) const {
    AX_CHECK(named(check_linked_blob(store_.blob_path(layer.digest))));
    if (store_.has_blob(layer.digest)) return store_.blob_path(layer.digest);
    return fail(ErrorCode::kNotFound, name() + " lacks blob " + layer.digest, kHint);
  }

  Result<std::string> content(const Layer& layer) const {
    AX_TRY(const fs::path path, blob(layer));
    AX_TRY(std::string text, named(read_file(path, kMaxText)));
    return clean_utf8(std::move(text));
  }

  Result<void> find_weights(const Layer*& found) const {
    size_t count = 0;
    for (const Layer& layer : manifest_.layers) {
      if (layer.media_type != media::kModel) continue;
      if (count++ == 0) found = &layer;
    }
    if (count <= 1) return {};
    return fail(
        ErrorCode::kUnsupported,
        name() + " is split over " + std::to_string(count) + " files, which cannot be loaded",
        "merge them with llama-gguf-split and create the model from the one file");
  }

  Result<void> read(const Layer& layer, Model& model) const {
    const std::string& type = layer.media_type;
    if (is_template(layer)) return text(layer, model.go_template);
    if (type == media::kSystem) return text(layer, model.system);
    if (type == media::kLicense) return text(layer, model.licenses.emplace_back());
    if (type == media::kProjector) return path(layer, model.projectors);
    if (type == media::kAdapter) return path(layer, model.adapters);
    if (type == media::kParams) return params(layer, model);
    if (type == media::kMessages) return messages(layer, model);
    return {};
  }

  Result<void> text(const Layer& layer, std::string& into) const {
    AX_TRY(into, content(layer));
    return {};
  }

  Result<void> path(const Layer& layer, std::vector<fs::path>& into) const {
    AX_TRY(fs::path found, blob(layer));
    into.push_back(std::move(found));
    return {};
  }

  Result<void> params(const Layer& layer, Model& model) const {
    AX_TRY(const std::string json, content(layer));
    AX_TRY(model.parameters, named(parse_params(json)));
    return {};
  }

  Result<void> messages(const Layer& layer, Model& model) const {
    AX_TRY(const std::string json, content(layer));
    AX_TRY(model.messages, named(parse_messages(json)));
    return {};
  }

  const Store& store_;
  const Manifest& manifest_;
};

// Details and capabilities, from everything that was read.
void describe(Model& model, const Config& config, const CapabilitySources& sources) {
  std::string parent = std::move(model.details.parent_model);
  model.details = model_details(config, sources.gguf);
  model.details.parent_model = std::move(parent);
  model.capabilities = find_capabilities(sources);
  model.uses_go_template = uses_go_template(sources);
  model.renderer = config.renderer;
  model.parser = config.parser;
  model.required_version = config.required_version;
}

}  // namespace

Result<Model> Store::read(const Manifest& manifest, bool verbose) const {
  const Reader reader(*this, manifest);
  Model model;
  model.manifest = manifest;
  AX_TRY(const Config config, reader.config());
  AX_TRY(const std::optional<Gguf> gguf, reader.weights(model));
  AX_CHECK(reader.folder(model));
  AX_CHECK(reader.layers(model));
  describe(model, config,
           {config, gguf ? &*gguf : nullptr, reader.has_projector(), model.go_template,
            model.chat_template, go_templates_});
  if (!model.projectors.empty()) {
    AX_TRY(const Gguf projector, Gguf::open(model.projectors.front()));
    AX_TRY(model.projector_info, model_info_json(projector, verbose));
  }
  model.model_info = config.model_format == kFolderFormat ? folder_info_json(config) : "{}";
  model.tensors = "[]";
  if (!gguf) return model;
  model.chat_template = clean_utf8(gguf->text("tokenizer.chat_template"));
  AX_TRY(model.model_info, model_info_json(*gguf, verbose));
  model.tensors = tensors_json(*gguf);
  return model;
}

Result<Model> Store::summary(const Manifest& manifest) const {
  const Reader reader(*this, manifest);
  Model model;
  model.manifest = manifest;
  AX_TRY(const Config config, reader.config());
  const std::optional<Gguf> gguf = reader.weights_if_readable(model);
  model.chat_template = folder_template(*this, folder_files(manifest));
  const std::string go_template = reader.go_template();
  describe(model, config,
           {config, gguf ? &*gguf : nullptr, reader.has_projector(), go_template,
            model.chat_template, go_templates_});
  return model;
}

}  // namespace axllama::store
