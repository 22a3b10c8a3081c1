#include "standin/pack/layout.h"

#include <fmt/format.h>

#include <cctype>

namespace axllama::pack {
namespace {

std::string model_folder(Layout layout, std::string_view name) {
  switch (layout) {
    case Layout::kFlat:
      return "";
    case Layout::kNested:
      return fmt::format("{}_axmodel/", name);
    case Layout::kOld:
      return fmt::format("{}-ax650/", name);
  }
  return "";
}

std::string tokenizer_path(TokenizerForm form, Family family, std::string_view name) {
  switch (form) {
    case TokenizerForm::kAxera:
      return fmt::format("{}_tokenizer.txt", family_name(family));
    case TokenizerForm::kHuggingFace:
      return fmt::format("{}_tokenizer", name);
    case TokenizerForm::kNone:
      return "";
  }
  return "";
}

}  // namespace

FolderPlan plan_folder(Layout layout, TokenizerForm tokenizer, Family family, int chunk,
                       std::string_view name) {
  const std::string models = model_folder(layout, name);
  const std::string stem = models + family_name(family);
  return {.layer_template = fmt::format("{}_p{}_l%d_together.axmodel", stem, chunk),
          .head = stem + "_post.axmodel",
          .embedding = models + "model.embed_tokens.weight.bfloat16.bin",
          .tokenizer = tokenizer_path(tokenizer, family, name)};
}

std::string layer_path(const FolderPlan& plan, int layer) {
  std::string path = plan.layer_template;
  return path.replace(path.rfind("%d"), 2, std::to_string(layer));
}

TokenizerForm usual_tokenizer(Layout layout) {
  return layout == Layout::kOld ? TokenizerForm::kHuggingFace : TokenizerForm::kAxera;
}

ConfigForm usual_config(Layout layout) {
  return layout == Layout::kOld ? ConfigForm::kEmpty : ConfigForm::kFull;
}

std::string file_name_of(std::string_view name) {
  std::string file;
  for (const char letter : name) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool kept = std::isalnum(byte) != 0 || letter == '.' || letter == '_' || letter == '-';
    file += kept ? static_cast<char>(std::tolower(byte)) : '-';
  }
  file.erase(0, file.find_first_not_of(".-"));
  return file.empty() ? "model" : file;
}

}  // namespace axllama::pack
