#include "token/family_template.h"

#include <algorithm>
#include <array>

#include "token/family_texts.h"

namespace axllama {
namespace {

struct Family {
  std::string_view tokenizer_type;
  std::string_view settings;  // Jinja
  const std::string_view& body;
};

constexpr std::string_view kThinks =
    "{%- set default_system = '' -%}\n"
    "{%- set thinks = true -%}\n";

// These were trained to call tools in another form, with a tag for every argument.
constexpr std::string_view kThinksWithoutTools =
    "{%- set default_system = '' -%}\n"
    "{%- set thinks = true -%}\n"
    "{%- set tools = none -%}\n";

constexpr std::string_view kQwen25 =
    "{%- set default_system = "
    "'You are Qwen, created by Alibaba Cloud. You are a helpful assistant.' -%}\n"
    "{%- set thinks = false -%}\n";

constexpr std::string_view kSmolLm2 =
    "{%- set begin = '' -%}\n"
    "{%- set default_system = 'You are a AI assistant, created by HuggingfaceTB' -%}\n";

constexpr std::string_view kMiniCpm4 =
    "{%- set begin = '<s>' -%}\n"
    "{%- set default_system = "
    "'You are MiniCPM4, created by ModelBest. You are a helpful assistant.' -%}\n";

const std::array kFamilies = {
    Family{"Qwen2_5", kQwen25, kQwenTemplate},
    Family{"Qwen3", kThinks, kQwenTemplate},
    Family{"Qwen3VL", kThinks, kQwenTemplate},
    Family{"Qwen3Omni", kThinks, kQwenTemplate},
    Family{"Qwen3_5", kThinksWithoutTools, kQwenTemplate},
    Family{"Qwen3_5VL", kThinksWithoutTools, kQwenTemplate},
    Family{"SmolLM2", kSmolLm2, kChatMlTemplate},
    Family{"MiniCPM4", kMiniCpm4, kChatMlTemplate},
    Family{"MiniCPM5", "", kMiniCpm5Template},
    Family{"Gemma3", "", kGemma3Template},
    Family{"HunYuan", "", kHunYuanTemplate},
};

}  // namespace

std::string family_template(std::string_view tokenizer_type) {
  const auto found = std::ranges::find(kFamilies, tokenizer_type, &Family::tokenizer_type);
  if (found == kFamilies.end()) return "";
  return std::string(found->settings).append(found->body);
}

}  // namespace axllama
