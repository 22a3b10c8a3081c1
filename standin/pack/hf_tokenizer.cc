// Reading; hf_tokenizer_files.cc writes.
#include "standin/pack/hf_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/fd.h"

namespace axllama::pack {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;  // ordered_json looks a key up one by one: minutes for a vocabulary

constexpr int64_t kMostTokens = 1 << 24;

// An empty object when the file is missing or is none.
Json read_object(const fs::path& path) {
  const auto text = read_file(path);
  Json json = text ? Json::parse(*text, nullptr, false) : Json::object();
  return json.is_object() ? json : Json::object();
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Puts `token` at `id`, with the literal "<unk>" in gaps, as AXERA's writer does.
Result<void> put(Tokenizer& tokenizer, const Json& id, const std::string& token, TokenType type) {
  if (!id.is_number_unsigned() || id.get<uint64_t>() >= kMostTokens) {
    return fail(ErrorCode::kCorrupt, fmt::format("token \"{}\" has no usable id", token));
  }
  const auto at = id.get<size_t>();
  if (at >= tokenizer.tokens.size()) {
    tokenizer.tokens.resize(at + 1, "<unk>");
    tokenizer.types.resize(at + 1, TokenType::kNormal);
  }
  tokenizer.tokens[at] = token;
  tokenizer.types[at] = type;
  return {};
}

Result<void> read_vocabulary(const Json& json, Tokenizer& tokenizer) {
  for (const auto& [token, id] : json["model"]["vocab"].items()) {
    AX_CHECK(put(tokenizer, id, token, TokenType::kNormal));
  }
  const auto added = json.find("added_tokens");
  if (added == json.end() || !added->is_array()) return {};
  for (const Json& each : *added) {
    if (!each.is_object()) return fail(ErrorCode::kCorrupt, "an added token is no object");
    const bool special = each.value("special", false);
    AX_CHECK(put(tokenizer, each.value("id", Json()), text_of(each, "content"),
                 special ? TokenType::kControl : TokenType::kUserDefined));
  }
  return {};
}

// Either "LEFT RIGHT" or ["LEFT", "RIGHT"].
Result<void> read_merges(const Json& model, Tokenizer& tokenizer) {
  const auto merges = model.find("merges");
  if (merges == model.end() || !merges->is_array()) return {};
  for (const Json& each : *merges) {
    const bool pair = each.is_array() && each.size() == 2 && each[0].is_string();
    if (pair && each[1].is_string()) {
      tokenizer.merges.push_back(each[0].get<std::string>() + " " + each[1].get<std::string>());
    } else if (each.is_string() && each.get<std::string>().size() >= 3) {
      tokenizer.merges.push_back(each.get<std::string>());
    } else {
      return fail(ErrorCode::kCorrupt, "a merge is neither a text nor a pair");
    }
  }
  return {};
}

// The name of the first split pattern in a pre-tokenizer, or in a sequence of them.
std::string pre_tokenizer_name(const Json& pre) {
  if (!pre.is_object()) return "";
  if (const auto parts = pre.find("pretokenizers"); parts != pre.end()) {
    for (const Json& part : *parts) {
      if (std::string name = pre_tokenizer_name(part); !name.empty()) return name;
    }
  }
  const auto pattern = pre.find("pattern");
  if (pattern == pre.end() || !pattern->is_object()) return "";
  const PreTokenizer* known = find_pre_tokenizer_by_regex(text_of(*pattern, "Regex"));
  return known != nullptr ? std::string(known->name) : "";
}

int id_of(const Tokenizer& tokenizer, const std::string& token) {
  const auto found = std::ranges::find(tokenizer.tokens, token);
  return found == tokenizer.tokens.end()
             ? -1
             : static_cast<int>(std::distance(tokenizer.tokens.begin(), found));
}

// A token of tokenizer_config.json is a text or an object with its content.
std::string token_text(const Json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end()) return "";
  return found->is_object() ? text_of(*found, "content") : text_of(config, key);
}

void add_stop(Tokenizer& tokenizer, const Json& id) {
  if (!id.is_number_unsigned() || id.get<uint64_t>() >= tokenizer.tokens.size()) return;
  tokenizer.stops.push_back(id.get<int>());
}

void read_stops(const fs::path& folder, const Json& config, Tokenizer& tokenizer) {
  if (const std::string eos = token_text(config, "eos_token"); !eos.empty()) {
    if (const int id = id_of(tokenizer, eos); id >= 0) tokenizer.stops.push_back(id);
  }
  const Json generation = read_object(folder / "generation_config.json");
  const Json ids = generation.value("eos_token_id", Json());
  if (ids.is_array()) {
    for (const Json& id : ids) add_stop(tokenizer, id);
  } else {
    add_stop(tokenizer, ids);
  }
  add_stops_by_name(tokenizer);
}

void read_config(const fs::path& folder, Tokenizer& tokenizer) {
  const Json config = read_object(folder / "tokenizer_config.json");
  tokenizer.chat_template = text_of(config, "chat_template");
  if (const auto jinja = read_file(folder / "chat_template.jinja")) {
    tokenizer.chat_template = *jinja;
  }
  tokenizer.bos = id_of(tokenizer, token_text(config, "bos_token"));
  const auto add_bos = config.find("add_bos_token");
  tokenizer.add_bos = add_bos != config.end() && add_bos->is_boolean() && add_bos->get<bool>();
  read_stops(folder, config, tokenizer);
}

Result<void> read_json(const Json& json, Tokenizer& tokenizer) {
  const auto model = json.is_object() ? json.find("model") : json.end();
  if (model == json.end() || !model->is_object() || !model->contains("vocab")) {
    return fail(ErrorCode::kCorrupt, "no model with a vocabulary in it");
  }
  if (const std::string type = text_of(*model, "type");
      (!type.empty() && type != "BPE") || !(*model)["vocab"].is_object()) {
    return fail(ErrorCode::kUnsupported, fmt::format("tokenizer \"{}\" can't be packed", type));
  }
  AX_CHECK(read_vocabulary(json, tokenizer));
  AX_CHECK(read_merges(*model, tokenizer));
  tokenizer.pre = pre_tokenizer_name(json.value("pre_tokenizer", Json()));
  const Json normalizer = json.value("normalizer", Json());
  tokenizer.normalize_nfc = normalizer.is_object() && text_of(normalizer, "type") == "NFC";
  return {};
}

}  // namespace

Result<Tokenizer> hf_tokenizer(const fs::path& folder) {
  const fs::path path = folder / "tokenizer.json";
  const auto text = read_file(path);
  if (!text && text.error().code == ErrorCode::kNotFound) return Tokenizer{};
  if (!text) return std::unexpected(text.error());
  Tokenizer tokenizer = {.kind = Tokenizer::Kind::kBpe, .folder = folder};
  auto read = read_json(Json::parse(*text, nullptr, false), tokenizer);
  if (!read) {
    read.error().message = path.string() + ": " + read.error().message;
    return std::unexpected(read.error());
  }
  read_config(folder, tokenizer);
  return tokenizer;
}

}  // namespace axllama::pack
