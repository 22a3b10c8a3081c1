#include "runner/load_engine.h"

#include <filesystem>

#include "base/env.h"
#include "base/log.h"
#include "engine/axcl/axcl_engine.h"
#include "engine/llama/llama_engine.h"

namespace axllama::runner {
namespace {

std::string vocabulary_folder() {
  std::filesystem::path cache = env_get("XDG_CACHE_HOME");
  if (cache.empty()) {
    const std::string home = env_get("HOME");
    cache = home.empty() ? std::filesystem::temp_directory_path()
                         : std::filesystem::path(home) / ".cache";
  }
  return (cache / "axllama" / "vocabularies").string();
}

std::vector<std::string> library_places() {
  std::string set = env_get("AXLLAMA_AXCL_LIBRARY");
  if (!set.empty()) return {std::move(set)};
  return axcl::usual_places();
}

}  // namespace

Result<std::unique_ptr<Engine>> load_engine(const LoadSpec& spec, const LoadProgress& progress) {
  if (!std::filesystem::is_directory(spec.model)) return load_llama_engine(spec, progress);
  AX_TRY(axcl::Library library, axcl::open_library(library_places()));
  log_info("the AXCL runtime is " + library.path);
  AX_TRY(std::shared_ptr<const axcl::Runtime> runtime, axcl::Runtime::start(std::move(library)));
  AxclSpec npu;
  npu.folder = spec.model;
  npu.slots = spec.slots;
  npu.cache_folder = vocabulary_folder();
  return load_axcl_engine(std::move(runtime), npu, progress);
}

}  // namespace axllama::runner
