#include "token/hf_steps.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "token/hf_values.h"

namespace axllama {
namespace {

using Json = nlohmann::json;

constexpr const char* kMark = "\u2581";

std::unexpected<Error> unsupported(std::string_view what, const Json& step) {
  return fail(ErrorCode::kUnsupported, fmt::format("tokenizer.json: {} {}", what, step.dump()));
}

Result<void> add_normalizer(const Json& step, HfSteps& steps) {
  if (step.is_null()) return {};
  const auto type = step.at("type").get<std::string>();
  if (type == "Sequence") {
    for (const Json& part : step.at("normalizers")) AX_CHECK(add_normalizer(part, steps));
    return {};
  }
  if (type == "NFC") return {};
  if (type == "Prepend" && step.at("prepend") == kMark) {
    steps.space_prefix = true;
    return {};
  }
  if (type == "Replace" && step.at("content") == kMark &&
      step.at("pattern").value("String", "") == " ") {
    steps.marked_blanks = true;
    return {};
  }
  return unsupported("unknown normalizer", step);
}

Result<void> add_split(const Json& step, HfSteps& steps) {
  const Json& pattern = step.at("pattern");
  // Where blanks are marked there is none left to cut at.
  if (steps.marked_blanks && pattern.value("String", "") == " ") return {};
  const bool plain = step.value("behavior", "") == "Isolated" && !step.value("invert", false);
  const bool removes_rest = step.value("behavior", "") == "Removed" && step.value("invert", false);
  if (!pattern.contains("Regex") || !(plain || removes_rest)) {
    return unsupported("unknown pre-tokenizer", step);
  }
  steps.cuts += "split " + pattern.at("Regex").get<std::string>() + '\n';
  return {};
}

Result<void> add_byte_level(const Json& step, HfSteps& steps) {
  if (step.value("add_prefix_space", true)) return unsupported("unknown pre-tokenizer", step);
  steps.cuts += step.value("use_regex", true) ? "gpt2\n" : "bytes\n";
  return {};
}

Result<void> add_metaspace(const Json& step, HfSteps& steps) {
  const auto scheme =
      step.value("prepend_scheme", step.value("add_prefix_space", true) ? "always" : "never");
  if (step.value("replacement", kMark) != kMark) return unsupported("unknown pre-tokenizer", step);
  steps.marked_blanks = true;
  steps.space_prefix = scheme != "never";
  return {};
}

Result<void> add_pre_tokenizer(const Json& step, HfSteps& steps) {
  if (step.is_null()) return {};
  const auto type = step.at("type").get<std::string>();
  if (type == "Sequence") {
    for (const Json& part : step.at("pretokenizers")) AX_CHECK(add_pre_tokenizer(part, steps));
    return {};
  }
  if (type == "Split") return add_split(step, steps);
  if (type == "ByteLevel") return add_byte_level(step, steps);
  if (type == "Metaspace") return add_metaspace(step, steps);
  if (type == "Digits" && step.value("individual_digits", false)) {
    steps.cuts += "digits\n";
    return {};
  }
  return unsupported("unknown pre-tokenizer", step);
}

Result<void> read_template(const Json& step, TokenizerSource& source) {
  const Json& single = step.at("single");
  bool behind = false;
  for (const Json& part : single) {
    if (!part.contains("SpecialToken")) {
      behind = true;
      continue;
    }
    const auto name = part.at("SpecialToken").at("id").get<std::string>();
    const Json& ids = step.at("special_tokens").at(name).at("ids");
    bool& adds = behind ? source.add_eos : source.add_bos;
    if (adds || ids.size() != 1) return unsupported("unknown post-processor", single);
    adds = true;
    (behind ? source.eos : source.bos) = token_id(ids.at(0));
  }
  return {};
}

}  // namespace

Result<HfSteps> read_hf_steps(const std::string& normalizer, const std::string& pre_tokenizer) {
  HfSteps steps;
  AX_CHECK(add_normalizer(Json::parse(normalizer), steps));
  AX_CHECK(add_pre_tokenizer(Json::parse(pre_tokenizer), steps));
  return steps;
}

Result<void> read_hf_ends(const std::string& post_processor, TokenizerSource& source) {
  const Json step = Json::parse(post_processor);
  if (step.is_null()) return {};
  const auto type = step.at("type").get<std::string>();
  if (type == "ByteLevel") return {};
  if (type == "TemplateProcessing") return read_template(step, source);
  if (type != "Sequence") return unsupported("unknown post-processor", type);
  for (const Json& part : step.at("processors")) {
    AX_CHECK(read_hf_ends(part.dump(), source));
  }
  return {};
}

}  // namespace axllama
