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
  FamilyAbilities abilities;
};

constexpr FamilyAbilities kChat = {.chat = true};
constexpr FamilyAbilities kTools = {.chat = true, .tools = true};
constexpr FamilyAbilities kThinking = {.chat = true, .thinking = true};
constexpr FamilyAbilities kAll = {.chat = true, .tools = true, .thinking = true};

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
    Family{"Qwen2_5", kQwen25, kQwenTemplate, kTools},
    Family{"Qwen3", kThinks, kQwenTemplate, kAll},
    Family{"Qwen3VL", kThinks, kQwenTemplate, kAll},
    Family{"Qwen3Omni", kThinks, kQwenTemplate, kAll},
    Family{"Qwen3_5", kThinksWithoutTools, kQwenTemplate, kThinking},
    Family{"Qwen3_5VL", kThinksWithoutTools, kQwenTemplate, kThinking},
    Family{"SmolLM2", kSmolLm2, kChatMlTemplate, kChat},
    Family{"MiniCPM4", kMiniCpm4, kChatMlTemplate, kChat},
    Family{"MiniCPM5", "", kMiniCpm5Template, kAll},
    Family{"Gemma3", "", kGemma3Template, kChat},
    Family{"HunYuan", "", kHunYuanTemplate, kChat},
};

const Family* find_family(std::string_view tokenizer_type) {
  const auto found = std::ranges::find(kFamilies, tokenizer_type, &Family::tokenizer_type);
  return found == kFamilies.end() ? nullptr : &*found;
}

}  // namespace

std::string family_template(std::string_view tokenizer_type) {
  const Family* family = find_family(tokenizer_type);
  if (family == nullptr) return "";
  return std::string(family->settings).append(family->body);
}

FamilyAbilities family_abilities(std::string_view tokenizer_type) {
  const Family* family = find_family(tokenizer_type);
  return family == nullptr ? FamilyAbilities{} : family->abilities;
}

}  // namespace axllama
