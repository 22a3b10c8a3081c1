// The catalogue of models that can be pulled: the one in the program, or a newer one that
// `axllama catalogue update` has put beside the store.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "serve/cards.h"
#include "store/published.h"

namespace axllama::serve {

// One thread.
class PublishedModels {
 public:
  // `store`: the store's root.
  explicit PublishedModels(const std::filesystem::path& store);

  // A newer file that can't be used is told of in the log, and the program's own is used.
  std::span<const store::PublishedModel> models();
  // "built in", or the newer file's path.
  const std::string& source() const { return source_; }

  // Where the newer one is.
  static std::filesystem::path file_of(const std::filesystem::path& store);
  // Checks a newer one and puts it there, whole or not at all. kCorrupt; kIo.
  static Result<size_t> replace(const std::filesystem::path& store, std::string_view json);

 private:
  void read();

  const std::filesystem::path file_;
  std::filesystem::file_time_type read_at_;  // when the file was changed that was read
  std::vector<store::PublishedModel> models_;
  std::string source_;
};

// The answer of GET /api/catalogue. `cards`: what each has free, to tell what fits.
std::string catalogue_json(std::span<const store::PublishedModel> models, const std::string& source,
                           const std::vector<CardMemory>& cards);

// Whether a model has room on one of the cards; nothing when that can't be told.
std::optional<bool> fits(const store::PublishedModel& model, const std::vector<CardMemory>& cards);

}  // namespace axllama::serve
