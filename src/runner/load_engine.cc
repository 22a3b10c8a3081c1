#include "runner/load_engine.h"

#include <filesystem>
#include <string>
#include <vector>

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

// Ids of the cards to use; none: all that are there.
Result<std::vector<int32_t>> cards_of(const axcl::Runtime& runtime, const DeviceWish& wish) {
  if (!wish.card) return std::vector<int32_t>();
  AX_TRY(const std::vector<int32_t> cards, runtime.devices());
  const auto place = static_cast<size_t>(*wish.card);
  if (place < cards.size()) return std::vector{cards[place]};
  return fail(ErrorCode::kNotFound,
              "there is no " + device_text(wish) + ": " + std::to_string(cards.size()) +
                  (cards.size() == 1 ? " card is" : " cards are") + " connected",
              "cards are counted from 0");
}

Result<npu::Shortcuts> npu_shortcuts() {
  const std::string text = env_get("AXLLAMA_NPU_SHORTCUTS");
  if (!text.empty()) log_info("NPU shortcuts: " + text + ", by AXLLAMA_NPU_SHORTCUTS");
  return npu::shortcuts_from_text(text);
}

Result<std::unique_ptr<Engine>> load_npu(const LoadSpec& spec, const DeviceWish& wish,
                                         const LoadProgress& progress) {
  if (wish.kind == DeviceWish::Kind::kCpu) {
    return fail(ErrorCode::kUnsupported,
                spec.model + " is compiled for the NPU and can't run on the CPU",
                "use a GGUF build of the model");
  }
  if (!spec.adapter.empty() || !spec.projector.empty()) {
    return fail(ErrorCode::kUnsupported,
                "models that are compiled for the NPU take no projector and no adapter");
  }
  AX_TRY(axcl::Library library, axcl::open_library(card_library_places()));
  log_info("the AXCL runtime is " + library.path);
  AX_TRY(std::shared_ptr<const axcl::Runtime> runtime, axcl::Runtime::start(std::move(library)));
  AxclSpec npu;
  AX_TRY(npu.devices, cards_of(*runtime, wish));
  npu.folder = spec.model;
  npu.slots = spec.slots;
  npu.cache_folder = vocabulary_folder();
  AX_TRY(npu.shortcuts, npu_shortcuts());
  return load_axcl_engine(std::move(runtime), npu, progress);
}

}  // namespace

std::vector<std::string> card_library_places() {
  std::string set = env_get("AXLLAMA_AXCL_LIBRARY");
  if (!set.empty()) return {std::move(set)};
  return axcl::usual_places();
}

Result<std::unique_ptr<Engine>> load_engine(const LoadSpec& spec, const LoadProgress& progress) {
  AX_TRY(const DeviceWish wish, parse_device(spec.device));
  if (std::filesystem::is_directory(spec.model)) return load_npu(spec, wish, progress);
  if (wish.kind == DeviceWish::Kind::kNpu) {
    return fail(ErrorCode::kUnsupported, spec.model + " is a GGUF file, which runs on the CPU only",
                "use a folder compiled for the NPU");
  }
  return load_llama_engine(spec, progress);
}

}  // namespace axllama::runner
