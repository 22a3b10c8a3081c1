#include "token/llama_runtime.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llama.h>

#include <string>
#include <vector>

#include "base/env.h"
#include "token/llama_log.h"

namespace axllama {
namespace {

namespace fs = std::filesystem;

fs::path folder_of_libllama() {
  Dl_info info{};
  const void* symbol = dlsym(RTLD_DEFAULT, "llama_backend_init");
  if (symbol == nullptr || dladdr(symbol, &info) == 0) return {};
  std::error_code ignored;
  return fs::weakly_canonical(info.dli_fname, ignored).parent_path();
}

std::vector<fs::path> backend_folders() {
  if (const std::string named = env_get("AXLLAMA_LIB_DIR"); !named.empty()) return {named};
  std::vector<fs::path> folders;
  if (const fs::path beside = folder_of_libllama(); !beside.empty()) folders.push_back(beside);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) {
    folders.push_back((program.parent_path() / "../lib/axllama").lexically_normal());
    folders.push_back(program.parent_path() / "llama/lib");
  }
  return folders;
}

bool holds_cpu_backend(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with("libggml-cpu")) return true;
  }
  return false;
}

bool has_cpu() {
  return ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU) != nullptr;
}

Result<void> load_backends() {
  log_llama_lines();
  llama_backend_init();
  if (has_cpu()) return {};  // a libggml with the backend built in
  std::vector<std::string> searched;
  for (const fs::path& folder : backend_folders()) {
    searched.push_back(folder.string());
    if (!holds_cpu_backend(folder)) continue;
    ggml_backend_load_all_from_path(folder.c_str());
    if (has_cpu()) return {};
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("no CPU backend of ggml (libggml-cpu-*.so) that runs here in {}",
                          fmt::join(searched, ", ")),
              "set AXLLAMA_LIB_DIR to the folder that holds it, or install axllama again");
}

}  // namespace

Result<void> start_llama() {
  static const Result<void> started = load_backends();
  return started;
}

}  // namespace axllama
