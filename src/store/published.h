// The catalogue of published models that are compiled for the NPU: what there is to pull, before
// anything was.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/name.h"

namespace axllama::store {

struct PublishedModel {
  Name name = {};               // what `pull` takes
  std::string repository = {};  // of the Hugging Face hub: "AXERA-TECH/Qwen3-4B"
  std::string revision = {};    // the commit, 40 hexadecimal digits
  std::string folder = {};      // of the build within it; empty: the one that its config names
  std::string family = {}, parameters = {}, quantization = {};  // empty: not known
  int64_t context = 0;                                          // tokens; 0: not known
  uint64_t bytes = 0;                                           // to pull; 0: not known
  uint64_t card_bytes = 0;                     // of card memory when loaded; 0: not known
  std::vector<std::string> capabilities = {};  // as /api/show has them
  // Machine and tokens per second, as published.
  std::vector<std::pair<std::string, double>> speeds = {};
  std::string minimum_sdk = {};  // empty: not known
};

// Card memory that a model is thought to take: as published, else a third more than its files,
// which is what the vendor's own guard expects. 0: not known.
uint64_t estimated_card_bytes(const PublishedModel& model);

// models/catalogue.json, or a newer one. kCorrupt, with the entry and the field, when anything in
// it can't be right.
Result<std::vector<PublishedModel>> read_published(std::string_view json);

const PublishedModel* find_published(std::span<const PublishedModel> models, const Name& name);

// Those of `known` that are spelled most like `wanted`, the nearest first; none that has little in
// common with it.
std::vector<std::string> nearest_names(std::string_view wanted,
                                       const std::vector<std::string>& known, size_t most);

}  // namespace axllama::store
