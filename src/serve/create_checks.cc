#include "serve/create_checks.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <string_view>

#include "serve/npu_folder.h"
#include "store/unconverted.h"

namespace axllama::serve {
namespace {

constexpr std::string_view kRenderers[] = {"cogito",
                                           "cohere",
                                           "deepseek3.1",
                                           "functiongemma",
                                           "gemma4",
                                           "gemma4-large",
                                           "gemma4-small",
                                           "glimmer",
                                           "glm-4.7",
                                           "glm-ocr",
                                           "laguna",
                                           "lfm2",
                                           "lfm2-thinking",
                                           "nemotron-3-nano",
                                           "nemotron-3.5-nano",
                                           "olmo3",
                                           "olmo3-32b-think",
                                           "olmo3-think",
                                           "olmo3.1",
                                           "ornith",
                                           "poolside-v1",
                                           "qwen3-coder",
                                           "qwen3-vl-instruct",
                                           "qwen3-vl-thinking",
                                           "qwen3.5",
                                           "qwen3.8"};

constexpr std::string_view kParsers[] = {"cogito",
                                         "cohere",
                                         "deepseek3",
                                         "functiongemma",
                                         "gemma4",
                                         "gemma4-no-thinking",
                                         "glimmer",
                                         "glm-4.7",
                                         "glm-ocr",
                                         "harmony",
                                         "laguna",
                                         "lfm2",
                                         "lfm2-thinking",
                                         "ministral",
                                         "nemotron-3-nano",
                                         "nemotron-3.5-nano",
                                         "olmo3",
                                         "olmo3-think",
                                         "ornith",
                                         "passthrough",
                                         "poolside-v1",
                                         "qwen3",
                                         "qwen3-coder",
                                         "qwen3-thinking",
                                         "qwen3-vl-instruct",
                                         "qwen3-vl-thinking",
                                         "qwen3.5"};

std::unexpected<Error> refused(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

bool stays_inside(const std::string& name) {
  const std::filesystem::path path(name);
  return path.is_relative() && std::ranges::find(path, "..") == path.end();
}

bool is_known(std::span<const std::string_view> names, const std::string& name) {
  return name.empty() || std::ranges::find(names, name) != names.end();
}

// Weights in the formats that training programs write.
Result<void> check_formats(const ollama::CreateBody& body) {
  if (is_npu_folder(body.files)) return {};
  for (const auto& [name, digest] : body.files) {
    if (store::is_unconverted(name)) return store::refuse_unconverted(name);
  }
  return {};
}

}  // namespace

Result<void> check_create(const ollama::CreateBody& body) {
  for (const auto* files : {&body.files, &body.adapters}) {
    const bool all =
        std::ranges::all_of(*files, [](const auto& file) { return stays_inside(file.first); });
    if (!all) return refused("file path must be relative");
  }
  if (body.adapters.size() > 1) return refused("only one adapter is currently supported");
  return check_formats(body);
}

Result<void> check_renderer(const store::Recipe& recipe, bool has_template) {
  if (!is_known(kRenderers, recipe.renderer)) {
    return refused("unknown renderer \"" + recipe.renderer + "\"");
  }
  if (!is_known(kParsers, recipe.parser)) {
    return refused("unknown parser \"" + recipe.parser + "\"");
  }
  if (!recipe.renderer.empty() && !has_template) {
    return refused("renderer \"" + recipe.renderer +
                   "\" is not part of axllama, and the model has no chat template to take its "
                   "place: give it one with TEMPLATE");
  }
  return {};
}

}  // namespace axllama::serve
