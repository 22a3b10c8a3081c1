#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "token/hf_json.h"
#include "token/hf_values.h"
#include "token/hf_vocabulary.h"
#include "token/merge_rules.h"
#include "token/pre_tokenizer.h"

namespace axllama {
namespace {

using Json = nlohmann::json;

int id_of(const TokenizerSource& source, std::string_view text) {
  const auto found = std::ranges::find(source.tokens, text, &SourceToken::text);
  return found == source.tokens.end() ? -1 : static_cast<int>(found - source.tokens.begin());
}

// "eos_token": a text or {"content": text}; -1 when there is none.
int special_token(const Json& config, const char* key, const TokenizerSource& source) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return -1;
  const Json& content = found->is_object() ? found->at("content") : *found;
  return id_of(source, content.get<std::string>());
}

// A text, or several of which one is called "default".
std::string chat_template(const Json& config) {
  const auto found = config.find("chat_template");
  if (found == config.end() || found->is_null()) return "";
  if (found->is_string()) return found->get<std::string>();
  for (const Json& named : *found) {
    if (named.at("name") == "default") return named.at("template").get<std::string>();
  }
  return "";
}

// Whether the configuration's own flag says so; a tokenizer.json says it by its post-processor.
bool flag(const Json& config, const char* key) {
  const auto found = config.find(key);
  return found != config.end() && found->is_boolean() && found->get<bool>();
}

Result<void> read_tokenizer_config(const Json& config, bool flags, TokenizerSource& source) {
  if (source.bos == -1) source.bos = special_token(config, "bos_token", source);
  const int eos = special_token(config, "eos_token", source);
  if (source.eos == -1) {
    source.eos = eos;
  } else if (eos != -1) {
    source.stops.push_back(eos);
  }
  source.pad = special_token(config, "pad_token", source);
  if (flags) source.add_bos = flag(config, "add_bos_token") && source.bos != -1;
  if (flags) source.add_eos = flag(config, "add_eos_token") && source.eos != -1;
  source.chat_template = chat_template(config);
  return {};
}

Result<void> read_generation_config(const Json& config, TokenizerSource& source) {
  const auto stops = config.find("eos_token_id");
  if (stops == config.end() || stops->is_null()) return {};
  if (stops->is_array()) {
    for (const Json& id : *stops) source.stops.push_back(token_id(id));
  } else {
    source.stops.push_back(token_id(*stops));
  }
  return {};
}

Result<void> read_added_tokens(const Json& config, TokenizerSource& source) {
  const auto added = config.find("added_tokens_decoder");
  if (added == config.end()) return {};
  for (const auto& [key, token] : added->get_ref<const Json::object_t&>()) {
    int64_t id = -1;
    std::from_chars(key.data(), key.data() + key.size(), id);
    AX_CHECK(place_added_token(source, id, token.at("content").get<std::string>(),
                               token.value("special", false)));
  }
  return {};
}

Result<void> read_vocabulary(const HfFiles& files, TokenizerSource& source) {
  return reading_json("vocab.json", [&]() -> Result<void> {
    const Json vocabulary = Json::parse(files.vocabulary);
    for (const auto& [text, id] : vocabulary.get_ref<const Json::object_t&>()) {
      AX_CHECK(place_token(source, token_id(id), text));
    }
    return {};
  });
}

}  // namespace

Result<TokenizerSource> read_vocabulary_and_merges(const HfFiles& files,
                                                   std::string_view tokenizer_type) {
  TokenizerSource source;
  AX_CHECK(read_vocabulary(files, source));
  AX_CHECK(place_merge_lines(source, files.merges));
  std::string type(tokenizer_type);
  AX_CHECK(reading_json("tokenizer_config.json", [&]() -> Result<void> {
    const Json config = files.config.empty() ? Json::object() : Json::parse(files.config);
    if (type.empty()) type = tokenizer_type_of_class(config.value("tokenizer_class", ""));
    return read_added_tokens(config, source);
  }));
  AX_CHECK(check_gaps(source));
  AX_TRY(source.pre, pre_tokenizer_of_family(type, 0, source.tokens));
  drop_texts_outside_byte_alphabet(source);
  return source;
}

Result<void> read_hf_configs(const HfFiles& files, TokenizerSource& source) {
  const bool flags = files.tokenizer.empty();
  if (!files.config.empty()) {
    AX_CHECK(reading_json("tokenizer_config.json", [&] {
      return read_tokenizer_config(Json::parse(files.config), flags, source);
    }));
  }
  if (!files.generation_config.empty()) {
    AX_CHECK(reading_json("generation_config.json", [&] {
      return read_generation_config(Json::parse(files.generation_config), source);
    }));
  }
  if (!files.chat_template.empty()) source.chat_template = files.chat_template;
  return {};
}

}  // namespace axllama
