// Reads a model from a Hugging Face folder: config.json, *.safetensors, tokenizer files.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "axmodel/folder_embedding.h"
#include "base/fd.h"
#include "standin/pack/hf_tokenizer.h"
#include "standin/pack/safetensors.h"
#include "standin/pack/source.h"

namespace axllama::pack {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::array kOutside = {
    std::pair{std::string_view("embed_tokens.weight"), kEmbedding},
    std::pair{std::string_view("norm.weight"), kFinalNorm},
    std::pair{std::string_view("lm_head.weight"), kOutput},
};

// "layers.3.<first>" is "layer.3.<second>"; "model." stands before either in models with a head,
// and is missing in embedding models.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kParts = {{
    {"input_layernorm.weight", "attn_norm"},
    {"self_attn.q_proj.weight", "q"},
    {"self_attn.k_proj.weight", "k"},
    {"self_attn.v_proj.weight", "v"},
    {"self_attn.o_proj.weight", "o"},
    {"self_attn.q_proj.bias", "q_bias"},
    {"self_attn.k_proj.bias", "k_bias"},
    {"self_attn.v_proj.bias", "v_bias"},
    {"self_attn.q_norm.weight", "q_norm"},
    {"self_attn.k_norm.weight", "k_norm"},
    {"post_attention_layernorm.weight", "ffn_norm"},
    {"mlp.gate_proj.weight", "gate"},
    {"mlp.up_proj.weight", "up"},
    {"mlp.down_proj.weight", "down"},
}};

// "" for a tensor that is no part of these families.
std::string canonical_name(std::string_view name) {
  constexpr std::string_view kModel = "model.";
  if (name.starts_with(kModel)) name.remove_prefix(kModel.size());
  for (const auto& [hf, canonical] : kOutside) {
    if (name == hf) return std::string(canonical);
  }
  constexpr std::string_view kLayers = "layers.";
  if (!name.starts_with(kLayers)) return "";
  name.remove_prefix(kLayers.size());
  int layer = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), layer);
  name.remove_prefix(static_cast<size_t>(end - name.data()));
  if (error != std::errc() || !name.starts_with('.')) return "";
  for (const auto& [hf, canonical] : kParts) {
    if (name.substr(1) == hf) return layer_tensor(layer, canonical);
  }
  return "";
}

int integer(const Json& config, const char* key, int otherwise = 0) {
  const auto found = config.find(key);
  if (found == config.end() || !found->is_number_integer()) return otherwise;
  const auto value = found->get<int64_t>();
  return std::in_range<int>(value) ? static_cast<int>(value) : -1;
}

float number(const Json& config, const char* key, float otherwise) {
  const auto found = config.find(key);
  return found != config.end() && found->is_number() ? found->get<float>() : otherwise;
}

std::string text(const Json& config, const char* key) {
  const auto found = config.find(key);
  return found != config.end() && found->is_string() ? found->get<std::string>() : "";
}

// Newer writers keep the base inside "rope_parameters", and both keep the scaling's type.
const Json* rope_object(const Json& config) {
  for (const char* key : {"rope_parameters", "rope_scaling"}) {
    const auto found = config.find(key);
    if (found != config.end() && found->is_object()) return &*found;
  }
  return nullptr;
}

// What the stand-in's layers can't do.
Result<void> check_features(const Json& config) {
  if (const Json* rope = rope_object(config)) {
    std::string type = text(*rope, "rope_type");
    if (type.empty()) type = text(*rope, "type");
    if (type != "default" && !type.empty()) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("rotary scaling \"{}\" can't be packed", type));
    }
  }
  const auto sliding = config.find("use_sliding_window");
  if (sliding != config.end() && sliding->is_boolean() && sliding->get<bool>()) {
    return fail(ErrorCode::kUnsupported, "sliding-window attention can't be packed");
  }
  const std::string activation = text(config, "hidden_act");
  if (!activation.empty() && activation != "silu") {
    return fail(ErrorCode::kUnsupported,
                fmt::format("activation \"{}\" can't be packed", activation));
  }
  return {};
}

Result<Hyperparameters> read_sizes(const Json& config) {
  AX_TRY(const Family family, family_from_name(text(config, "model_type")));
  AX_CHECK(check_features(config));
  Hyperparameters sizes;
  sizes.family = family;
  sizes.layers = integer(config, "num_hidden_layers");
  sizes.hidden = integer(config, "hidden_size");
  sizes.heads = integer(config, "num_attention_heads");
  sizes.kv_heads = integer(config, "num_key_value_heads", sizes.heads);
  const int divided = sizes.heads > 0 ? sizes.hidden / sizes.heads : 0;
  sizes.head_dim = integer(config, "head_dim", divided);
  sizes.feed_forward = integer(config, "intermediate_size");
  sizes.vocabulary = integer(config, "vocab_size");
  sizes.norm_epsilon = number(config, "rms_norm_eps", 1e-6F);
  const Json* rope = rope_object(config);
  const float base = rope != nullptr ? number(*rope, "rope_theta", 10000.0F) : 10000.0F;
  sizes.rope_base = number(config, "rope_theta", base);
  return sizes;
}

Result<void> add_file(const fs::path& path, Source& source) {
  AX_TRY(MappedFile mapped, MappedFile::open(path));
  auto tensors = parse_safetensors(mapped.bytes());
  if (!tensors) {
    tensors.error().message = path.string() + ": " + tensors.error().message;
    return std::unexpected(tensors.error());
  }
  source.files.push_back(std::move(mapped));
  for (NamedTensor& each : *tensors) {
    if (each.name.ends_with("rotary_emb.inv_freq")) continue;  // what rope_theta says already
    const std::string canonical = canonical_name(each.name);
    if (canonical.empty()) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("{}: tensor {} is no part of the {} layers that can be packed",
                              path.string(), each.name, family_name(source.sizes.family)));
    }
    source.tensors[canonical] = std::move(each.tensor);
  }
  return {};
}

// Of an embedding model, as sentence-transformers has it.
Result<std::optional<axmodel::EmbeddingPooling>> read_pooling(const fs::path& folder) {
  const fs::path path = folder / "1_Pooling/config.json";
  const auto json = read_file(path);
  if (!json && json.error().code == ErrorCode::kNotFound) return std::nullopt;
  if (!json) return std::unexpected(json.error());
  auto pooling = axmodel::parse_pooling(*json);
  if (pooling) return *pooling;
  pooling.error().message = path.string() + ": " + pooling.error().message;
  return std::unexpected(pooling.error());
}

}  // namespace

Result<Source> open_safetensors(const fs::path& folder) {
  AX_TRY(const std::string config_text, read_file(folder / "config.json"));
  const Json config = Json::parse(config_text, nullptr, false);
  if (!config.is_object()) {
    return fail(ErrorCode::kCorrupt, (folder / "config.json").string() + ": no JSON object");
  }
  Source source;
  auto sizes = read_sizes(config);
  if (!sizes) {
    sizes.error().message = (folder / "config.json").string() + ": " + sizes.error().message;
    return std::unexpected(sizes.error());
  }
  source.sizes = *sizes;
  AX_TRY(const auto files, safetensors_files(folder));
  for (const fs::path& file : files) AX_CHECK(add_file(file, source));
  const auto tied = config.find("tie_word_embeddings");
  if (tied != config.end() && tied->is_boolean() && !tied->get<bool>() &&
      source.find(kOutput) == nullptr) {
    return fail(ErrorCode::kCorrupt, folder.string() + ": no lm_head.weight, and it isn't tied");
  }
  AX_TRY(source.tokenizer, hf_tokenizer(folder));
  AX_TRY(source.pooling, read_pooling(folder));
  const fs::path whole = fs::absolute(folder).lexically_normal();
  source.name = (whole.has_filename() ? whole : whole.parent_path()).filename().string();
  return source;
}

}  // namespace axllama::pack
