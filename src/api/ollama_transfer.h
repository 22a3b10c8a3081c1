// /api/pull and /api/push of Ollama's native dialect (spec/ollama.md 1.8, 5.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "core/device.h"

namespace axllama::ollama {

struct TransferBody {
  std::string model;  // `model`, else `name`
  bool insecure = false;
  bool stream = true;
  std::optional<DeviceWish> device = {};  // ours, of a pull: for which a build is wanted
};

// Errors as those of the other requests (api/ollama.h). `username` and `password` are read, as
// Ollama does, and mean nothing.
Result<TransferBody> read_pull(std::string_view body);
Result<TransferBody> read_push(std::string_view body);

// {"status":"...","digest":"...","total":1,"completed":1} and a newline; what is empty or 0 is left
// out.
std::string transfer_line(std::string_view status, std::string_view digest, uint64_t total,
                          uint64_t completed);

}  // namespace axllama::ollama
