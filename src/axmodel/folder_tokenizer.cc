#include "axmodel/folder_tokenizer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "axmodel/folder_paths.h"

namespace axllama::axmodel {
namespace {

namespace fs = std::filesystem;

std::string in(const std::string& folder, const std::string& name) {
  return (fs::path(folder) / name).string();
}

// Lower case, without separators: "qwen35textp256" of "qwen3_5_text_p256".
std::string plain(std::string_view name) {
  std::string text;
  for (const unsigned char c : name) {
    if (std::isalnum(c) != 0) text += static_cast<char>(std::tolower(c));
  }
  return text;
}

bool names_tokenizer(std::string_view name) {
  return plain(name).find("tokenizer") != std::string::npos;
}

// The file that makes a folder a tokenizer; empty if it is none.
std::string main_file(const std::string& folder) {
  const std::string json = in(folder, "tokenizer.json");
  if (existing_file(json)) return json;
  const std::string vocabulary = in(folder, "vocab.json");
  const bool both = existing_file(vocabulary) && existing_file(in(folder, "merges.txt"));
  return both ? vocabulary : std::string();
}

// What `path` is: a text file, a tokenizer folder, or tokenizer.json itself.
FoundTokenizer tokenizer_at(const std::string& path) {
  if (is_folder(path) && !main_file(path).empty()) return {TokenizerKind::kHfFolder, path};
  if (!existing_file(path)) return {};
  const fs::path file = path;
  if (file.filename() != "tokenizer.json") return {TokenizerKind::kText, path};
  return {TokenizerKind::kHfFolder, file.parent_path().string()};
}

FoundTokenizer tokenizer_in(const FolderListing& listing) {
  for (const std::string& name : listing.folders) {
    if (!names_tokenizer(name)) continue;
    const FoundTokenizer found = tokenizer_at(in(listing.path, name));
    if (found.kind != TokenizerKind::kNone) return found;
  }
  if (!main_file(listing.path).empty()) return {TokenizerKind::kHfFolder, listing.path};
  for (const std::string& name : listing.files) {
    if (names_tokenizer(name) && name.ends_with(".txt")) {
      return {TokenizerKind::kText, in(listing.path, name)};
    }
  }
  return {};
}

FoundTokenizer nearest_tokenizer(const FolderTree& tree, const std::string& folder) {
  for (const FolderListing* listing : tree.around(folder)) {
    const FoundTokenizer found = tokenizer_in(*listing);
    if (found.kind != TokenizerKind::kNone) return found;
  }
  return {};
}

void check_tokenizer(const FoundTokenizer& found, Findings& findings) {
  if (found.kind == TokenizerKind::kNone) return;
  const bool text = found.kind == TokenizerKind::kText;
  const std::string path = text ? found.path : main_file(found.path);
  if (const auto fetched = check_fetched(path); !fetched) {
    findings.problems.push_back(fetched.error());
  } else if (text && read_start(path, 3).value_or("") != "430") {
    findings.problem(ErrorCode::kCorrupt, path + " is no tokenizer: it doesn't begin with 430");
  }
}

FoundTokenizer named_tokenizer(const FolderTree& tree, const ChosenConfig& chosen,
                               const std::string& folder, Findings& findings) {
  std::string path;
  const auto resolved = path_inside(tree.root(), chosen.folder, chosen.config.tokenizer);
  if (!findings.keep(resolved, path)) return {};
  const FoundTokenizer named = tokenizer_at(path);
  if (named.kind != TokenizerKind::kNone) return named;
  const FoundTokenizer other = nearest_tokenizer(tree, folder);
  if (other.kind == TokenizerKind::kNone) {
    findings.problems.push_back(missing_file(path));
  } else {
    findings.remark(missing_file(path).message + "; " + other.path + " is used instead.");
  }
  return other;
}

struct Family {
  const char* pattern;  // in plain()
  const char* type;
};

// More special ones first.
constexpr std::array kFamilies = {
    Family{"internvl35", "InternVL3_5"}, Family{"internvl", "InternVL3"},
    Family{"fastvlm", "FastVLM"},        Family{"llavaqwen", "FastVLM"},
    Family{"paddleocr", "PaddleOCRVL"},  Family{"locateanything", "LocateAnything"},
    Family{"qwen35", "Qwen3_5"},         Family{"qwen3omni", "Qwen3Omni"},
    Family{"qwen3vl", "Qwen3VL"},        Family{"qwen3", "Qwen3"},
    Family{"qwen25vl", "Qwen3VL"},  // the markers are the same
    Family{"qwen2vl", "Qwen3VL"},        Family{"qwen2", "Qwen2_5"},
    Family{"smollm2", "SmolLM2"},        Family{"smollm3", "SmolLM3"},
    Family{"smolvlm", "SmolVLM2"},       Family{"minicpmv46", "MiniCPMV46"},
    Family{"minicpmv4", "MiniCPMV4"},    Family{"minicpmo", "MiniCPMO4_5"},
    Family{"minicpm5", "MiniCPM5"},      Family{"minicpm", "MiniCPM4"},
    Family{"gemma4", "Gemma4"},          Family{"gemma3", "Gemma3"},
    Family{"hunyuan", "HunYuan"},        Family{"hymt", "HunYuan"},
};

}  // namespace

FoundTokenizer find_tokenizer(const FolderTree& tree, const std::optional<ChosenConfig>& chosen,
                              const std::string& folder, Findings& findings) {
  FoundTokenizer found;
  if (chosen && !chosen->config.tokenizer.empty()) {
    found = named_tokenizer(tree, *chosen, folder, findings);
  } else {
    found = nearest_tokenizer(tree, folder);
    if (found.kind == TokenizerKind::kNone) {
      findings.remark("There is no tokenizer in " + tree.root() +
                      "; older packages keep it in a folder beside that of the layers.");
    }
  }
  check_tokenizer(found, findings);
  return found;
}

std::string guess_tokenizer_type(const std::vector<std::string>& names) {
  const auto about_deepseek = [](const std::string& name) {
    return plain(name).find("deepseek") != std::string::npos;
  };
  if (std::ranges::any_of(names, about_deepseek)) return {};  // its layers are named qwen2
  for (const std::string& name : names) {
    const std::string text = plain(name);
    for (const Family& family : kFamilies) {
      if (text.find(family.pattern) != std::string::npos) return family.type;
    }
  }
  return {};
}

}  // namespace axllama::axmodel
