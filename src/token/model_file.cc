#include <unistd.h>

#include "base/fd.h"
#include "token/llama_runtime.h"

namespace axllama {

Result<void> check_model_file(const std::filesystem::path& file) {
  if (::access(file.c_str(), R_OK) != 0) return std::unexpected(errno_error("can't read", file));
  std::error_code error;
  if (std::filesystem::is_regular_file(file, error)) return {};
  return fail(ErrorCode::kCorrupt, file.string() + " is no regular file");
}

}  // namespace axllama
