// The config blob of a model: what Ollama wrote down about it when it was made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/message.h"

namespace axllama::store {

struct Config {
  std::string model_format;  // "gguf"
  std::string model_family;  // "qwen3"
  std::vector<std::string> model_families;
  std::string model_type;  // parameter size: "2.8M"
  std::string file_type;   // "Q8_0"
  std::string renderer, parser, required_version;
  std::string remote_host, remote_model;
  std::vector<std::string> capabilities;
  int64_t context_length = 0;
  int64_t embedding_length = 0;
  JsonText original = {};  // as it was read; fields unknown here live on in config_json
};

// kCorrupt when it is no JSON object. Fields of a wrong type count as missing.
Result<Config> parse_config(std::string_view json);
// The bytes that Ollama would write for a model of these layers.
std::string config_json(const Config& config, const std::vector<std::string>& layer_digests);

}  // namespace axllama::store
