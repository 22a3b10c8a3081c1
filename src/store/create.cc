#include <algorithm>
#include <array>

#include "base/digest.h"
#include "base/fd.h"
#include "go_template/template.h"
#include "store/blobs.h"
#include "store/config.h"
#include "store/details.h"
#include "store/folder.h"
#include "store/linked_blob.h"
#include "store/manifest.h"
#include "store/messages.h"
#include "store/params.h"
#include "store/places.h"
#include "store/store.h"

namespace axllama::store {
namespace {

using Status = std::function<void(std::string_view)>;

constexpr size_t kMaxText = 16 << 20;

// A model in the making.
struct Draft {
  struct Part {
    Layer layer;
    bool is_new = false;
  };
  Config config;
  std::vector<Part> parts;
};

std::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

void drop_parts(Draft& draft, std::string_view media_type) {
  std::erase_if(draft.parts, [media_type](const Draft::Part& part) {
    return part.layer.media_type == media_type;
  });
}

Result<void> add_part(Store& store, Draft& draft, const char* media_type, std::string_view bytes) {
  const std::string digest = "sha256:" + sha256_hex(bytes);
  const bool is_new = !store.has_blob(digest);
  AX_CHECK(store.import_bytes(bytes));
  draft.parts.push_back({{media_type, digest, bytes.size()}, is_new});
  return {};
}

Result<void> check_gguf(const Gguf& gguf) {
  if (gguf.text("general.type") == "adapter") {
    return refused("the file is a LoRA adapter and no model by itself");
  }
  if (gguf.architecture().empty()) return refused("the GGUF file names no architecture");
  const auto files = whole_number(gguf.find("split.count"));
  if (!files || *files <= 1) return {};
  return fail(ErrorCode::kUnsupported,
              "the file is one of " + std::to_string(*files) + " parts of a model",
              "merge them with llama-gguf-split and create the model from the one file");
}

struct GgufBlob {
  std::string digest;
  Gguf gguf;
};

// Of a blob that was just sent, whole; it is spared until a manifest names it.
Result<GgufBlob> open_gguf(const Store& store, std::string_view file_digest) {
  const auto digest = normal_digest(file_digest);
  if (!digest) return refused("invalid digest format");
  AX_CHECK(check_linked_blob(store.blob_path(*digest)));
  if (!store.has_blob(*digest)) return refused("blob \"" + *digest + "\" not found");
  AX_TRY(Gguf gguf, Gguf::open(store.blob_path(*digest)));
  AX_CHECK(gguf.check_data());
  touch_blob(store.blob_path(*digest));
  return GgufBlob{*digest, std::move(gguf)};
}

// The weights, or what makes embeddings of images for them.
Result<void> add_gguf(const Store& store, std::string_view file_digest, Draft& draft) {
  AX_TRY(const GgufBlob blob, open_gguf(store, file_digest));
  const auto& [digest, gguf] = blob;
  if (is_projector(gguf)) {
    draft.parts.push_back({{media::kProjector, digest, gguf.file_size()}});
    return {};
  }
  AX_CHECK(check_gguf(gguf));
  const ModelDetails details = gguf_details(gguf);
  draft.config.model_format = details.format;
  draft.config.model_family = details.family;
  draft.config.model_families = details.families;
  draft.config.model_type = details.parameter_size;
  draft.config.file_type = details.quantization_level;
  draft.parts.push_back({{media::kModel, digest, gguf.file_size()}});
  return {};
}

// One file of weights, and at most one projector.
Result<Draft> draft_from_files(const Store& store, const Recipe& recipe, const Status& status) {
  status("parsing GGUF");
  Draft draft;
  AX_CHECK(add_gguf(store, recipe.file_digest, draft));
  for (const std::string& digest : recipe.more_digests) AX_CHECK(add_gguf(store, digest, draft));
  const auto count = [&](const char* type) {
    return std::ranges::count(draft.parts, type,
                              [](const Draft::Part& part) { return part.layer.media_type; });
  };
  if (count(media::kModel) == 0) return refused("the file is a projector and no model by itself");
  if (count(media::kModel) > 1) return refused("a model has one file of weights, not several");
  if (count(media::kProjector) > 1) return refused("a model has one projector, not several");
  std::ranges::stable_partition(
      draft.parts, [](const Draft::Part& part) { return part.layer.media_type == media::kModel; });
  return draft;
}

Result<Draft> draft_from_folder(const Store& store, const Recipe& recipe) {
  AX_CHECK(check_folder_names(recipe.folder_files));
  Draft draft;
  for (const FolderFile& file : recipe.folder_files) {
    const auto digest = normal_digest(file.digest);
    if (!digest) return refused("invalid digest format");
    AX_CHECK(check_linked_blob(store.blob_path(*digest)));
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(store.blob_path(*digest), error);
    if (error) return refused("blob \"" + *digest + "\" not found");
    touch_blob(store.blob_path(*digest));
    draft.parts.push_back({{media::kFile, *digest, size, "", file.name}});
  }
  draft.config.model_format = kFolderFormat;
  draft.config.model_family = recipe.folder.family;
  draft.config.model_families = {recipe.folder.family};
  draft.config.capabilities = recipe.folder.capabilities;
  draft.config.context_length = recipe.folder.context_length;
  draft.config.embedding_length = recipe.folder.embedding_length;
  return draft;
}

Result<Draft> draft_from_model(const Store& store, std::string_view from) {
  AX_TRY(const Name name, Name::parse(from));
  AX_TRY(const Manifest parent, store.find(name));
  Draft draft;
  for (Layer layer : parent.layers) {
    AX_CHECK(check_linked_blob(store.blob_path(layer.digest)));
    if (!store.has_blob(layer.digest)) {
      return fail(ErrorCode::kNotFound,
                  "model '" + parent.name.short_text() + "' lacks blob " + layer.digest,
                  "pull or create the model again");
    }
    layer.from = parent.name.short_text();
    draft.parts.push_back({std::move(layer)});
  }
  AX_TRY(const std::string json, read_file(store.blob_path(parent.config.digest), kMaxText));
  AX_TRY(draft.config, parse_config(json));
  return draft;
}

Result<Draft> start_draft(const Store& store, const Recipe& recipe, const Status& status) {
  const bool has_files = !recipe.file_digest.empty() || !recipe.folder_files.empty();
  if (recipe.from.empty() && !has_files) {
    return refused("neither 'from' or 'files' was specified");
  }
  if (!recipe.from.empty() && has_files) {
    return refused("both 'from' and 'files' were specified");
  }
  if (!recipe.folder_files.empty()) return draft_from_folder(store, recipe);
  return recipe.from.empty() ? draft_from_files(store, recipe, status)
                             : draft_from_model(store, recipe.from);
}

Result<void> set_text(Store& store, Draft& draft, const char* media_type,
                      const std::optional<std::string>& text) {
  if (!text) return {};
  drop_parts(draft, media_type);
  if (text->empty()) return {};
  return add_part(store, draft, media_type, *text);
}

Result<void> add_licenses(Store& store, Draft& draft, const std::vector<std::string>& licenses) {
  for (const std::string& license : licenses) {
    const std::string digest = "sha256:" + sha256_hex(license);
    const bool has = std::ranges::any_of(draft.parts, [&digest](const Draft::Part& part) {
      return part.layer.media_type == media::kLicense && part.layer.digest == digest;
    });
    if (!has) AX_CHECK(add_part(store, draft, media::kLicense, license));
  }
  return {};
}

Result<void> set_parameters(Store& store, Draft& draft, const OptionList& parameters) {
  if (parameters.empty()) return {};
  std::string inherited;
  for (const Draft::Part& part : draft.parts) {
    if (part.layer.media_type != media::kParams) continue;
    AX_TRY(inherited, read_file(store.blob_path(part.layer.digest), kMaxText));
  }
  AX_TRY(const std::string merged, merge_params(inherited, parameters));
  drop_parts(draft, media::kParams);
  return add_part(store, draft, media::kParams, merged);
}

Result<void> set_messages(Store& store, Draft& draft, const std::vector<Message>& messages) {
  if (messages.empty()) return {};
  const std::string json = messages_json(messages);
  if (json.size() > kMaxText) {
    return refused("the model's messages and their images take more than 16 MB");
  }
  drop_parts(draft, media::kMessages);
  return add_part(store, draft, media::kMessages, json);
}

Result<void> check_adapter(const Gguf& gguf, const Config& config) {
  if (config.model_format == kFolderFormat)
    return refused("models compiled for the NPU take no LoRA adapter");
  if (gguf.text("general.type") != "adapter" || gguf.text("adapter.type") != "lora")
    return refused("the file that ADAPTER names is no LoRA adapter");
  if (gguf.architecture() == config.model_family) return {};
  return refused("the adapter is for models of the family " + gguf.architecture() +
                 ", and this one is of " + config.model_family);
}

Result<void> set_adapter(const Store& store, Draft& draft, std::string_view file_digest) {
  if (file_digest.empty()) return {};
  AX_TRY(const GgufBlob blob, open_gguf(store, file_digest));
  AX_CHECK(check_adapter(blob.gguf, draft.config));
  drop_parts(draft, media::kAdapter);
  draft.parts.push_back({{media::kAdapter, blob.digest, blob.gguf.file_size()}});
  return {};
}

void set_words(Config& config, const Recipe& recipe) {
  if (!recipe.renderer.empty()) config.renderer = recipe.renderer;
  if (!recipe.parser.empty()) config.parser = recipe.parser;
  if (!recipe.required_version.empty()) config.required_version = recipe.required_version;
}

// A model whose template can't be parsed would never answer.
Result<void> check_template(const std::optional<std::string>& text) {
  if (!text) return {};
  const auto parsed = go_template::Template::parse(*text);
  if (!parsed) return refused("template error: " + parsed.error().message);
  return {};
}

Result<void> apply(Store& store, Draft& draft, const Recipe& recipe) {
  AX_CHECK(check_template(recipe.go_template));
  AX_CHECK(set_adapter(store, draft, recipe.adapter_digest));
  if (recipe.go_template) drop_parts(draft, media::kPrompt);
  AX_CHECK(set_text(store, draft, media::kTemplate, recipe.go_template));
  AX_CHECK(set_text(store, draft, media::kSystem, recipe.system));
  AX_CHECK(add_licenses(store, draft, recipe.licenses));
  AX_CHECK(set_parameters(store, draft, recipe.parameters));
  AX_CHECK(set_messages(store, draft, recipe.messages));
  set_words(draft.config, recipe);
  return {};
}

// One order whatever the layers came from, so that equal models have equal manifests.
void sort_parts(Draft& draft) {
  constexpr std::array kOrder = {
      media::kFile,     media::kModel,  media::kProjector, media::kAdapter, media::kPrompt,
      media::kTemplate, media::kSystem, media::kLicense,   media::kParams,  media::kMessages};
  std::ranges::stable_sort(draft.parts, {}, [&](const Draft::Part& part) {
    return std::ranges::find(kOrder, part.layer.media_type);
  });
}

Result<Manifest> finish(Store& store, const Draft& draft) {
  Manifest manifest;
  std::vector<std::string> digests;
  for (const Draft::Part& part : draft.parts) {
    manifest.layers.push_back(part.layer);
    digests.push_back(part.layer.digest);
  }
  const std::string config = config_json(draft.config, digests);
  AX_TRY(const std::string digest, store.import_bytes(config));
  manifest.config = {media::kConfig, digest, config.size()};
  return manifest;
}

}  // namespace

Result<void> Store::create(const Name& name, const Recipe& recipe, const Status& told) {
  const Status status = told ? told : [](std::string_view) {};
  AX_TRY(const StoreLock lock, StoreLock::take(root_));
  AX_TRY(Draft draft, start_draft(*this, recipe, status));
  AX_CHECK(apply(*this, draft, recipe));
  sort_parts(draft);
  for (const auto& [layer, is_new] : draft.parts) {
    status((is_new ? "creating new layer " : "using existing layer ") + layer.digest);
  }
  AX_TRY(const Manifest manifest, finish(*this, draft));
  const Name target = name_to_write(root_, name);
  const auto replaced = read_manifest(root_, target);
  status("writing manifest");
  AX_CHECK(write_manifest(root_, target, manifest_json(manifest)));
  if (replaced) remove_replaced_blobs(*this, *replaced);
  status("success");
  return {};
}

}  // namespace axllama::store
