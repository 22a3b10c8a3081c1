#include "token/pre_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace axllama {
namespace {

struct Family {
  std::string_view tokenizer_type;
  int family;  // number in a text file's size line; 0: has none
  std::string_view pre;
};

// The first row with a number is what that number means by itself.
constexpr std::array kFamilies = {
    Family{"Qwen3_5", 1, "qwen35"},
    Family{"Qwen3_5VL", 1, "qwen35"},
    Family{"MiniCPMV46", 1, "qwen35"},
    Family{"MiniCPMV46VL", 1, "qwen35"},
    Family{"Qwen2_5", 2, "qwen2"},
    Family{"Qwen3", 2, "qwen2"},
    Family{"Qwen3VL", 2, "qwen2"},
    Family{"Qwen3Omni", 2, "qwen2"},
    Family{"InternVL3", 2, "qwen2"},
    Family{"InternVL3_5", 2, "qwen2"},
    Family{"FastVLM", 2, "qwen2"},
    Family{"MiniCPMO4_5", 2, "qwen2"},
    Family{"LocateAnything", 2, "qwen2"},
    Family{"MiniCPM5", 2, "minicpm5"},
    Family{"GLM5", 3, "glm4"},
    Family{"GLM5VL", 3, "glm4"},
    Family{"SmolLM3", 3, "llama-bpe"},
    Family{"Phi4", 3, "dbrx"},
    Family{"Phi4Mini", 4, "gpt-4o"},
    Family{"MiniMaxM2", 4, "minimax-m2"},
    Family{"MiniMaxM2VL", 4, "minimax-m2"},
    Family{"SmolLM2", 0, "smollm"},
    Family{"SmolVLM2", 0, "smollm"},
    Family{"HunYuan", 0, "hunyuan-dense"},
    Family{"GPT2", 0, "gpt-2"},
};

struct Class {
  std::string_view tokenizer_class;
  std::string_view tokenizer_type;
};

constexpr std::array kClasses = {
    Class{"Qwen2Tokenizer", "Qwen2_5"},
    Class{"Qwen2TokenizerFast", "Qwen2_5"},
    Class{"GPT2Tokenizer", "GPT2"},
    Class{"GPT2TokenizerFast", "GPT2"},
};

#define AX_CONTRACTION R"((?i:'s|'t|'re|'ve|'m|'ll|'d))"
#define AX_LINES_AND_BLANKS R"(|\s*[\r\n]+|\s+(?!\S)|\s+)"
#define AX_WORDS R"([^\r\n\p{L}\p{N}]?)"
#define AX_UPPER R"([\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}])"
#define AX_LOWER R"([\p{Ll}\p{Lm}\p{Lo}\p{M}])"
#define AX_OTHERS R"(| ?[^\s\p{L}\p{N}]+[\r\n]*)"
#define AX_GPT2 R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)"

struct Steps {
  std::string_view steps;
  bool ignore_merges;
  std::string_view pre;
};

constexpr std::array kSteps = {
    Steps{"split " AX_CONTRACTION "|" AX_WORDS R"(\p{L}+|\p{N})" AX_OTHERS AX_LINES_AND_BLANKS
          "\nbytes\n",
          false, "qwen2"},
    Steps{"split " AX_CONTRACTION "|" AX_WORDS
          R"([\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*)" AX_LINES_AND_BLANKS "\nbytes\n",
          false, "qwen35"},
    Steps{"split " AX_CONTRACTION "|" AX_WORDS R"(\p{L}+|\p{N}{1,3})" AX_OTHERS AX_LINES_AND_BLANKS
          "\nbytes\n",
          false, "smaug-bpe"},
    Steps{"split " AX_CONTRACTION "|" AX_WORDS R"(\p{L}+|\p{N}{1,3})" AX_OTHERS AX_LINES_AND_BLANKS
          "\nbytes\n",
          true, "llama-bpe"},
    Steps{R"(split \p{N}{1,3})"
          "\nsplit " AX_CONTRACTION "|" AX_WORDS R"(\p{L}+|\p{N}+)" AX_OTHERS AX_LINES_AND_BLANKS
          "\nbytes\n",
          true, "minicpm5"},
    Steps{"split " AX_WORDS AX_UPPER "*" AX_LOWER "+" AX_CONTRACTION "?|" AX_WORDS AX_UPPER
          "+" AX_LOWER "*" AX_CONTRACTION
          R"(?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*)" AX_LINES_AND_BLANKS "\nbytes\n",
          false, "gpt-4o"},
    Steps{"split \\p{N}{1,3}\nsplit [\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+\nsplit "
          R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|)"
          "[^\r\n"
          R"(\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[)"
          "\r\n"
          R"(]*|\s*[)"
          "\r\n"
          R"(]+|\s+(?!\S)|\s+)"
          "\nbytes\n",
          false, "deepseek-v3"},
    Steps{"digits\ngpt2\n", false, "smollm"},
    Steps{"digits\nsplit " AX_GPT2 "\nbytes\n", false, "smollm"},
    Steps{"gpt2\n", false, "gpt-2"},
};

// Qwen's vocabularies hold no two digits in a row, as its pre-tokenizer cuts every digit off.
bool groups_digits(std::span<const SourceToken> tokens) {
  const std::set<std::string_view> groups = {"10", "12", "20", "100", "123", "200"};
  const auto is_group = [&](const SourceToken& token) { return groups.contains(token.text); };
  return std::ranges::count_if(tokens, is_group) >= 4;
}

std::string_view type_by_tokens(std::span<const SourceToken> tokens) {
  const auto is = [&](size_t id, std::string_view text) {
    return id < tokens.size() && tokens[id].text == text;
  };
  if (is(151643, "<|endoftext|>")) return "Qwen3";
  if (is(0, "<|endoftext|>") && is(1, "<|im_start|>")) return "SmolLM2";
  return "";
}

const Family* find_family(std::string_view tokenizer_type, int family) {
  const auto named = std::ranges::find(kFamilies, tokenizer_type, &Family::tokenizer_type);
  if (named != kFamilies.end() && (family == 0 || named->family == family)) return &*named;
  if (family == 0) return nullptr;
  const auto numbered = std::ranges::find(kFamilies, family, &Family::family);
  return numbered == kFamilies.end() ? nullptr : &*numbered;
}

}  // namespace

Result<std::string> pre_tokenizer_of_family(std::string_view tokenizer_type, int family,
                                            std::span<const SourceToken> tokens) {
  if (tokenizer_type.empty()) tokenizer_type = type_by_tokens(tokens);
  const Family* found = find_family(tokenizer_type, family);
  if (found == nullptr) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("no pre-tokenizer is known for tokenizer_type \"{}\" (family {})",
                            tokenizer_type, family),
                "give the folder a Hugging Face tokenizer.json instead of the text file");
  }
  if (found->pre == "qwen2" && groups_digits(tokens)) return "minicpm5";
  return std::string(found->pre);
}

Result<std::string> pre_tokenizer_of_steps(std::string_view steps, bool ignore_merges) {
  for (const Steps& known : kSteps) {
    if (known.steps == steps && known.ignore_merges == ignore_merges) return std::string(known.pre);
  }
  return fail(ErrorCode::kUnsupported, fmt::format("tokenizer.json: unknown pre-tokenizer{}: {}",
                                                   ignore_merges ? " (ignore_merges)" : "", steps));
}

std::string_view tokenizer_type_of_class(std::string_view tokenizer_class) {
  const auto found = std::ranges::find(kClasses, tokenizer_class, &Class::tokenizer_class);
  return found == kClasses.end() ? "" : found->tokenizer_type;
}

}  // namespace axllama
