#include "serve/catalogue.h"

#include "base/log.h"
#include "serve/bundled_model.h"
#include "store/linked_blob.h"

namespace axllama::serve {
namespace {

constexpr size_t kKeptModels = 32;

Result<store::Name> bundled_name() {
  return store::Name::parse(kBundledModel);
}

}  // namespace

Result<void> Catalogue::add_bundled() {
  AX_TRY(const store::Name name, bundled_name());
  AX_TRY(const std::string digest, store_.import_bytes(bundled_model()));
  store::Recipe recipe;
  recipe.file_digest = digest;
  recipe.parameters = {{"temperature", OptionValue(0.0)}};
  recipe.licenses = {"MIT License\n\nSprout, the demo model of axllama."};
  AX_CHECK(store_.create(name, recipe, [](std::string_view) {}));
  log_info("put the bundled model " + name.short_text() + " into " + store_.root().string());
  return {};
}

void Catalogue::prepare() {
  const Result<std::vector<store::Manifest>> all = store_.list();
  if (!all || !all->empty()) return;
  if (const Result<void> added = add_bundled(); !added) {
    log_warn("the bundled model can't be put into the store: " + added.error().text());
  }
}

Result<store::Manifest> Catalogue::find(std::string_view text) {
  AX_TRY(const store::Name name, store::Name::parse(text));
  Result<store::Manifest> manifest = store_.find(name);
  if (manifest || manifest.error().code != ErrorCode::kNotFound) return manifest;
  if (name != *bundled_name()) return manifest;
  AX_CHECK(add_bundled());
  return store_.find(name);
}

Result<std::shared_ptr<const store::Model>> Catalogue::read(const store::Manifest& manifest) {
  const auto kept = read_.find(manifest.digest);
  if (kept != read_.end() && std::filesystem::exists(kept->second->weights) &&
      store::links_are_sound(store_, manifest)) {
    return kept->second;
  }
  AX_TRY(store::Model model, store_.read(manifest));
  if (read_.size() >= kKeptModels) read_.erase(read_.begin());
  auto shared = std::make_shared<const store::Model>(std::move(model));
  read_[manifest.digest] = shared;
  return shared;
}

Result<std::shared_ptr<const store::Model>> Catalogue::summary(const store::Manifest& manifest) {
  Result<std::shared_ptr<const store::Model>> whole = read(manifest);
  if (whole) return whole;
  log_warn(whole.error().text());
  AX_TRY(store::Model model, store_.summary(manifest));
  return std::make_shared<const store::Model>(std::move(model));
}

}  // namespace axllama::serve
