#include "base/result.h"

#include <array>
#include <string_view>

namespace axllama {
namespace {

struct Row {
  ErrorCode code;
  const char* name;
  int status;
};

constexpr std::array kErrorTable = {
    Row{ErrorCode::kInvalidArgument, "invalid_argument", 400},
    Row{ErrorCode::kForbidden, "forbidden", 403},
    Row{ErrorCode::kNotFound, "not_found", 404},
    Row{ErrorCode::kMethodNotAllowed, "method_not_allowed", 405},
    Row{ErrorCode::kConflict, "conflict", 409},
    Row{ErrorCode::kTooLarge, "too_large", 413},
    Row{ErrorCode::kCanceled, "canceled", 499},
    Row{ErrorCode::kInternal, "internal", 500},
    Row{ErrorCode::kCorrupt, "corrupt", 500},
    Row{ErrorCode::kIo, "io", 500},
    Row{ErrorCode::kNoMemory, "no_memory", 500},
    Row{ErrorCode::kUnsupported, "unsupported", 501},
    Row{ErrorCode::kBusy, "busy", 503},
    Row{ErrorCode::kUnavailable, "unavailable", 503},
    Row{ErrorCode::kTimeout, "timeout", 504},
};

constexpr const Row& row_of(ErrorCode code) {
  return kErrorTable[static_cast<size_t>(code)];
}

constexpr bool table_is_in_enum_order() {
  for (size_t i = 0; i < kErrorTable.size(); ++i) {
    if (static_cast<size_t>(kErrorTable[i].code) != i) return false;
  }
  return true;
}
static_assert(table_is_in_enum_order());

}  // namespace

const char* error_name(ErrorCode code) {
  return row_of(code).name;
}

ErrorCode error_from_name(std::string_view name) {
  for (const Row& row : kErrorTable) {
    if (row.name == name) return row.code;
  }
  return ErrorCode::kInternal;
}

int http_status(ErrorCode code) {
  return row_of(code).status;
}

}  // namespace axllama
