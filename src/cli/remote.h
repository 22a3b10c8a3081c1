// The catalogue of models that can be pulled, as `list --remote` shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama::cli {

struct RemoteModel {
  std::string name;
  uint64_t size = 0;         // to pull, bytes; 0: not known
  int64_t context = 0;       // tokens; 0: not known
  uint64_t card_memory = 0;  // bytes; 0: not known
  bool estimated = false;    // the card memory
  std::string speed;         // "3.7 tok/s (Raspberry Pi 5)"; empty: none is published
  std::vector<std::string> capabilities;
  std::string minimum_sdk;
  std::optional<bool> fits;  // on a card that is there
};

// Of the answer of GET /api/catalogue.
Result<std::vector<RemoteModel>> read_remote(std::string_view body);
// A table; only the models whose name begins with `prefix`.
std::string remote_text(const std::vector<RemoteModel>& models, std::string_view prefix);

}  // namespace axllama::cli
