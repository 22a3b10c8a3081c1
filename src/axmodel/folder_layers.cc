#include "axmodel/folder_layers.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>

namespace axllama::axmodel {
namespace {

struct LayerName {
  std::string prefix;
  int number = 0;
  std::string suffix;
};

bool cut_end(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return true;
}

std::optional<LayerName> parse_name(std::string_view name) {
  cut_end(name, ".onnx");
  if (!cut_end(name, ".axmodel")) return std::nullopt;
  const bool together = cut_end(name, "_together");
  const size_t mark = name.rfind("_l");
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view digits = name.substr(mark + 2);
  LayerName parsed{std::string(name.substr(0, mark)), 0,
                   together ? "_together.axmodel" : ".axmodel"};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), parsed.number);
  const bool number = error == std::errc() && end == digits.data() + digits.size();
  if (!number || digits.size() > 4 || digits[0] == '-') return std::nullopt;
  return parsed;
}

}  // namespace

std::vector<LayerFamily> layer_families(const FolderListing& folder) {
  std::map<std::pair<std::string, std::string>, LayerFamily> families;
  for (const std::string& file : folder.files) {
    const auto name = parse_name(file);
    if (!name) continue;
    LayerFamily& family = families[{name->prefix, name->suffix}];
    family.folder = folder.path;
    family.prefix = name->prefix;
    family.suffix = name->suffix;
    family.files.try_emplace(name->number, file);
  }
  std::vector<LayerFamily> found;
  for (auto& [key, family] : families) found.push_back(std::move(family));
  return found;
}

std::vector<std::string> whole_family(const LayerFamily& family, Findings& findings) {
  const std::filesystem::path folder = family.folder;
  std::vector<std::string> paths;
  std::vector<int> missing;
  for (int i = 0; i <= family.files.rbegin()->first; ++i) {
    const auto file = family.files.find(i);
    if (file == family.files.end()) missing.push_back(i);
    if (file != family.files.end()) paths.push_back((folder / file->second).string());
  }
  report_missing((folder / (family.prefix + "_l%d" + family.suffix)).string(), missing, "",
                 findings);
  return paths;
}

void report_missing(const std::string& layer_template, const std::vector<int>& layers,
                    const std::string& why, Findings& findings) {
  constexpr const char* kHint = "fetch what is missing of the model";
  for (size_t i = 0; i < layers.size();) {
    size_t end = i + 1;
    while (end < layers.size() && layers[end] == layers[end - 1] + 1) ++end;
    std::string text = numbered(layer_template, layers[i]);
    if (end - i == 1) text += " is missing";
    if (end - i > 1) {
      const std::string last = numbered(layer_template, layers[end - 1]);
      text += " to " + std::filesystem::path(last).filename().string() + " are missing, " +
              std::to_string(end - i) + " layer files";
    }
    findings.problem(ErrorCode::kNotFound, text + why, kHint);
    i = end;
  }
}

std::string numbered(const std::string& layer_template, int number) {
  std::string name = layer_template;
  // The folder's path may hold a %d, too.
  return name.replace(name.rfind("%d"), 2, std::to_string(number));
}

}  // namespace axllama::axmodel
