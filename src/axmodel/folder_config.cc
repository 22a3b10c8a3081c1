#include "axmodel/folder_config.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace axllama::axmodel {
namespace {

using Json = nlohmann::json;
using Remarks = std::vector<std::string>;

constexpr int kMostLayers = 1024;

// A whole number in any spelling seen: 36, 36.0, "36".
std::optional<int> as_int(const Json& value) {
  double number = -1;
  if (value.is_number()) {
    number = value.get<double>();
  } else if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (text.empty() || text.size() > 10) return std::nullopt;
    if (text.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
    number = std::stod(text);
  }
  if (number < 0 || number > std::numeric_limits<int>::max() || number != std::floor(number)) {
    return std::nullopt;
  }
  return static_cast<int>(number);
}

std::optional<bool> as_flag(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  const auto number = as_int(value);
  if (!number || *number > 1) return std::nullopt;
  return *number == 1;
}

// Reads the keys of one file, and remarks on those it can't use.
class Keys {
 public:
  Keys(const Json& json, const char* file, Remarks& remarks)
      : json_(json), file_(file), remarks_(remarks) {}

  std::string text(const char* key) {
    const Json* value = find(key);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    useless(key, "no text");
    return {};
  }

  // From `lowest` to `highest`; 0 when absent or something else.
  int count(const char* key, int lowest, int highest) {
    const Json* value = find(key);
    if (value == nullptr) return 0;
    const auto number = as_int(*value);
    if (number && *number >= lowest && *number <= highest) return *number;
    useless(key, "not a number from " + std::to_string(lowest) + " to " + std::to_string(highest));
    return 0;
  }

  std::optional<double> number(const char* key, double lowest, double highest) {
    const Json* value = find(key);
    if (value == nullptr) return std::nullopt;
    const double number = value->is_number() ? value->get<double>() : -1;
    if (number >= lowest && number <= highest) return number;
    useless(key, "out of range");
    return std::nullopt;
  }

  bool flag(const char* key, bool otherwise) {
    const Json* value = find(key);
    if (value == nullptr) return otherwise;
    const auto flag = as_flag(*value);
    if (!flag) useless(key, "neither true nor false");
    return flag.value_or(otherwise);
  }

  std::vector<int> token_ids(const char* key) {
    const Json* value = find(key);
    std::vector<int> ids;
    if (value == nullptr || (value->is_string() && value->get_ref<const std::string&>().empty())) {
      return ids;
    }
    const auto add = [&](const Json& item) {
      const auto id = as_int(item);
      if (id) ids.push_back(*id);
      if (!id) useless(key, "not a list of token ids");
    };
    if (!value->is_array()) add(*value);
    if (value->is_array()) std::ranges::for_each(*value, add);
    return ids;
  }

 private:
  // Nothing for null, too.
  const Json* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }
  void useless(const char* key, const std::string& why) {
    const std::string sentence = std::string(file_) + ": " + key + " is " + why + "; ignored.";
    if (remarks_.empty() || remarks_.back() != sentence) remarks_.push_back(sentence);
  }

  const Json& json_;
  const char* file_;
  Remarks& remarks_;
};

// The object in `text`; discarded when there is none.
Json parse_object(std::string_view text, const char* file, Remarks& remarks) {
  const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (blank) return Json(Json::value_t::discarded);
  Json json = Json::parse(text, nullptr, false, true);
  if (json.is_object()) return json;
  remarks.push_back(std::string(file) + " is not a JSON object; ignored.");
  return Json(Json::value_t::discarded);
}

std::string layer_template(Keys& keys, Remarks& remarks) {
  const std::string name = keys.text("template_filename_axmodel");
  const size_t number = name.find("%d");
  const size_t folders = name.rfind('/');
  const bool in_file_name =
      number != std::string::npos && (folders == std::string::npos || folders < number);
  if (in_file_name && std::ranges::count(name, '%') == 1) return name;
  if (!name.empty()) {
    remarks.push_back(
        "config.json: template_filename_axmodel needs %d once, in the file's name; ignored.");
  }
  return {};
}

}  // namespace

std::optional<FolderConfig> parse_folder_config(std::string_view text, Remarks& remarks) {
  constexpr int kMost = std::numeric_limits<int>::max();
  const Json json = parse_object(text, "config.json", remarks);
  if (!json.is_object() || !json.contains("axmodel_num")) return std::nullopt;
  Keys keys(json, "config.json", remarks);
  FolderConfig config;
  config.layers = keys.count("axmodel_num", 1, kMostLayers);
  config.layer_template = layer_template(keys, remarks);
  config.head = keys.text("filename_post_axmodel");
  config.embeddings = keys.text("filename_tokens_embed");
  config.embedding_rows = keys.count("tokens_embed_num", 1, kMost);
  config.hidden = keys.count("tokens_embed_size", 1, kMost);
  config.tokenizer = keys.text("url_tokenizer_model");
  config.tokenizer_type = keys.text("tokenizer_type");
  config.post_config = keys.text("post_config_path");
  config.system_prompt = keys.text("system_prompt");
  config.end_tokens = keys.token_ids("eos");
  config.is_embedding = keys.flag("is_embedding", keys.flag("embedding", false));
  return config;
}

SamplingDefaults parse_post_config(std::string_view text, Remarks& remarks) {
  constexpr double kMost = 1e9;
  const Json json = parse_object(text, "post_config.json", remarks);
  SamplingDefaults defaults;
  if (!json.is_object()) return defaults;
  Keys keys(json, "post_config.json", remarks);
  const auto whole = [&](const char* key, int lowest) -> std::optional<int> {
    const auto number = keys.number(key, lowest, kMost);
    if (!number) return std::nullopt;
    return static_cast<int>(*number);
  };
  if (keys.flag("enable_temperature", true)) {
    defaults.temperature = keys.number("temperature", 0, kMost);
  }
  if (keys.flag("enable_repetition_penalty", true)) {
    defaults.repeat_penalty = keys.number("repetition_penalty", 1e-6, kMost);
    defaults.repeat_last_n = whole("penalty_window", 0);
  }
  if (keys.flag("enable_top_k_sampling", true)) defaults.top_k = whole("top_k", 1);
  if (keys.flag("enable_top_p_sampling", true)) defaults.top_p = keys.number("top_p", 0, 1);
  return defaults;
}

}  // namespace axllama::axmodel
