#include "standin/pack/hyperparameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace axllama::pack {
namespace {

constexpr std::array kFamilies = {
    std::pair{Family::kQwen3, "qwen3"},
    std::pair{Family::kQwen2, "qwen2"},
    std::pair{Family::kLlama, "llama"},
};

// Above every model there is; keeps products within 64 bits.
constexpr int kMostOfAnything = 1 << 24;

}  // namespace

const char* family_name(Family family) {
  const auto* found = std::ranges::find(kFamilies, family, &std::pair<Family, const char*>::first);
  return found->second;
}

Result<Family> family_from_name(std::string_view name) {
  for (const auto& [family, known] : kFamilies) {
    if (name == known) return family;
  }
  return fail(ErrorCode::kUnsupported, fmt::format("architecture \"{}\" can't be packed", name),
              "qwen3, qwen2 and llama can");
}

Result<void> check_hyperparameters(const Hyperparameters& sizes) {
  const std::array needed = {
      std::pair{"layers", sizes.layers},         std::pair{"hidden size", sizes.hidden},
      std::pair{"heads", sizes.heads},           std::pair{"key heads", sizes.kv_heads},
      std::pair{"head size", sizes.head_dim},    std::pair{"feed-forward size", sizes.feed_forward},
      std::pair{"vocabulary", sizes.vocabulary},
  };
  for (const auto& [name, size] : needed) {
    if (size > 0 && size <= kMostOfAnything) continue;
    return fail(ErrorCode::kCorrupt, fmt::format("the model's {} is {}", name, size));
  }
  if (sizes.head_dim % 2 != 0) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("head size {} is odd: rotary embedding turns pairs", sizes.head_dim));
  }
  if (sizes.heads % sizes.kv_heads != 0) {
    return fail(ErrorCode::kUnsupported, fmt::format("{} heads can't share {} key heads evenly",
                                                     sizes.heads, sizes.kv_heads));
  }
  if (!(sizes.norm_epsilon > 0) || !(sizes.rope_base > 0)) {
    return fail(ErrorCode::kCorrupt,
                fmt::format("the model's norm epsilon is {} and its rotary base {}",
                            sizes.norm_epsilon, sizes.rope_base));
  }
  return {};
}

}  // namespace axllama::pack
