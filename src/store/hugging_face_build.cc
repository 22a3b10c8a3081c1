#include "store/hugging_face_build.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <map>
#include <set>

namespace axllama::store {
namespace {

constexpr size_t kMostLayers = 1024;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// Letters and digits between other signs: "qwen2.5-1.5b-ctx-int4" is qwen2 5 1 5b ctx int4.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : lower(text)) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool has_word(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

struct LayerName {
  std::string prefix, suffix;
  size_t number = 0;
};

// "qwen3_p128_l12_together.axmodel"
std::optional<LayerName> parse_layer(const std::string& name) {
  if (!is_compiled(name)) return std::nullopt;
  for (size_t at = name.find("_l"); at != std::string::npos; at = name.find("_l", at + 1)) {
    LayerName layer{name.substr(0, at + 2), {}, 0};
    const char* begin = name.data() + at + 2;
    const auto [end, error] = std::from_chars(begin, name.data() + name.size(), layer.number);
    if (error != std::errc() || (*end != '_' && *end != '.')) continue;
    layer.suffix = end;
    if (layer.number < kMostLayers) return layer;
  }
  return std::nullopt;
}

// The folder itself, then those around it up to the root.
std::vector<std::string> around(std::string folder) {
  std::vector<std::string> all = {folder};
  while (!folder.empty()) {
    folder = folder_of(folder);
    all.push_back(folder);
  }
  return all;
}

bool has(const std::vector<HubFile>& files, const std::string& path) {
  return std::ranges::find(files, path, &HubFile::path) != files.end();
}

// The file in `folder` that `is_it` tells by its name; the shortest name where there are several.
template <class Test>
std::string find_in(const std::vector<HubFile>& files, const std::string& folder, Test is_it) {
  std::string best;
  for (const HubFile& file : files) {
    if (folder_of(file.path) != folder || !is_it(name_of(file.path))) continue;
    if (best.empty() || file.path.size() < best.size()) best = file.path;
  }
  return best;
}

size_t common_words(std::string_view a, std::string_view b) {
  const std::vector<std::string> of_a = words_of(a), of_b = words_of(b);
  return static_cast<size_t>(
      std::ranges::count_if(of_a, [&](const std::string& word) { return has_word(of_b, word); }));
}

}  // namespace

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string name_of(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

std::string join(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

bool is_compiled(std::string_view path) {
  return path.ends_with(".axmodel") || path.ends_with(".axmodel.onnx");
}

bool for_other_chip(std::string_view path) {
  constexpr std::array kOthers = {"ax615", "ax620", "ax630", "ax637"};
  const std::string text = lower(path);
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('/', at), text.size());
    const std::string_view part = std::string_view(text).substr(at, end - at);
    const bool other = std::ranges::any_of(
        kOthers, [&](const char* chip) { return part.find(chip) != std::string_view::npos; });
    if (other && part.find("ax650") == std::string_view::npos) return true;
    at = end + 1;
  }
  return false;
}

std::vector<HubBuild> builds_of(const std::vector<HubFile>& files) {
  std::map<std::tuple<std::string, std::string, std::string>, std::map<size_t, std::string>> sets;
  for (const HubFile& file : files) {
    if (for_other_chip(file.path)) continue;
    const auto layer = parse_layer(name_of(file.path));
    if (!layer) continue;
    sets[{folder_of(file.path), layer->prefix, layer->suffix}][layer->number] = file.path;
  }
  std::vector<HubBuild> builds;
  for (const auto& [key, layers] : sets) {
    HubBuild build{std::get<0>(key), std::get<1>(key), std::get<2>(key), {}};
    for (const auto& [number, path] : layers) build.layers.push_back(path);
    builds.push_back(std::move(build));
  }
  return builds;
}

bool answers_wish(std::string_view folder, std::string_view wish) {
  if (lower(folder) == lower(wish)) return true;
  const std::vector<std::string> words = words_of(folder);
  const std::vector<std::string> wanted = words_of(wish);
  return !wanted.empty() && std::ranges::all_of(wanted, [&](const std::string& word) {
    return has_word(words, word);
  });
}

std::tuple<int, int, size_t, std::string> plainness(const HubBuild& build) {
  const std::vector<std::string> words = words_of(build.folder);
  const bool keeps_cache = build.folder.empty() || has_word(words, "ctx");
  const bool compressed = has_word(words, "int4") || has_word(words, "w4a16");
  return {compressed ? 1 : 0, keeps_cache ? 0 : 1, build.folder.size(), build.layer_template()};
}

std::string find_head(const std::vector<HubFile>& files, const HubBuild& build) {
  return find_in(files, build.folder, [](const std::string& name) {
    return is_compiled(name) && name.find("post.axmodel") != std::string::npos;
  });
}

std::string find_table(const std::vector<HubFile>& files, const std::string& folder) {
  for (const std::string& place : around(folder)) {
    const std::string found = find_in(files, place, [](const std::string& name) {
      return name.ends_with(".bin") && name.find("embed") != std::string::npos &&
             name.find("bfloat16") != std::string::npos;
    });
    if (!found.empty()) return found;
  }
  return {};
}

std::string find_tokenizer_text(const std::vector<HubFile>& files, const std::string& folder) {
  for (const std::string& place : around(folder)) {
    const std::string found = find_in(files, place, [](const std::string& name) {
      return name.ends_with(".txt") && lower(name).find("tokenizer") != std::string::npos;
    });
    if (!found.empty()) return found;
  }
  return {};
}

bool is_tokenizer_file(std::string_view name) {
  constexpr std::array<std::string_view, 11> kNames = {"tokenizer.json",
                                                       "tokenizer_config.json",
                                                       "vocab.json",
                                                       "merges.txt",
                                                       "tokenizer.model",
                                                       "added_tokens.json",
                                                       "special_tokens_map.json",
                                                       "chat_template.jinja",
                                                       "chat_template.json",
                                                       "generation_config.json",
                                                       "config.json"};
  return std::ranges::find(kNames, name) != kNames.end();
}

bool is_tokenizer_folder(const std::vector<HubFile>& files, const std::string& folder) {
  return has(files, join(folder, "tokenizer.json")) ||
         (has(files, join(folder, "vocab.json")) && has(files, join(folder, "merges.txt")));
}

std::optional<std::string> find_tokenizer_folder(const std::vector<HubFile>& files,
                                                 const HubBuild& build) {
  std::set<std::string> folders;
  for (const HubFile& file : files) folders.insert(folder_of(file.path));
  for (const std::string& place : around(build.folder)) {
    std::optional<std::string> best;
    size_t likeness = 0;
    for (const std::string& folder : folders) {
      if (folder.empty() || folder_of(folder) != place || !is_tokenizer_folder(files, folder)) {
        continue;
      }
      if (lower(name_of(folder)).find("tokenizer") == std::string::npos) continue;
      const size_t common = common_words(folder, build.folder + " " + build.prefix);
      if (best && common <= likeness) continue;
      best = folder;
      likeness = common;
    }
    if (best) return best;
    if (is_tokenizer_folder(files, place)) return place;
  }
  return std::nullopt;
}

}  // namespace axllama::store
