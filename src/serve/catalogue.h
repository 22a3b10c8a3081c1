// The models that can be served: the store's, and Sprout, which this program carries within itself.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace axllama::serve {

// Name of the model that needs no network: the default of `axllama run`.
constexpr const char* kBundledModel = "sprout";

// Loop's thread only; calls block on the disk for milliseconds.
class Catalogue {
 public:
  // `go_templates`: as store::Store takes it.
  explicit Catalogue(std::filesystem::path root, std::optional<bool> go_templates = {})
      : store_(std::move(root), go_templates) {}

  store::Store& store() { return store_; }
  // Puts Sprout into a store that has no model at all, so that a first user finds one.
  void prepare();
  // The manifest of a name as a client wrote it. Sprout is put into the store when it is asked for
  // and not there. kInvalidArgument "invalid model name"; kNotFound.
  Result<store::Manifest> find(std::string_view name);
  // Everything about a model. What a manifest says never changes, so it is read once and kept; only
  // whether the weights are still there, and linked files as they were, is looked up each time.
  Result<std::shared_ptr<const store::Model>> read(const store::Manifest& manifest);

  // What a listing shows, also of a model whose weights can't be read now.
  Result<std::shared_ptr<const store::Model>> summary(const store::Manifest& manifest);

 private:
  Result<void> add_bundled();

  store::Store store_;
  // Shared with requests that still use what is evicted.
  std::map<std::string, std::shared_ptr<const store::Model>> read_;  // by manifest digest
};

}  // namespace axllama::serve
