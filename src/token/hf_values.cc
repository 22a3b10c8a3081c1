#include "token/hf_values.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace axllama {

Result<void> reading_json(std::string_view file, const std::function<Result<void>()>& read) {
  try {
    return read();
  } catch (const nlohmann::json::exception& error) {
    return fail(ErrorCode::kCorrupt, fmt::format("{}: {}", file, error.what()));
  }
}

}  // namespace axllama
