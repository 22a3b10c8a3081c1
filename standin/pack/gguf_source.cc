// Reads a model from a GGUF file, through ggml's own parser.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <utility>

#include "standin/pack/element_types.h"
#include "standin/pack/gguf_metadata.h"
#include "standin/pack/gguf_tokenizer.h"
#include "standin/pack/source.h"

namespace axllama::pack {
namespace {

namespace fs = std::filesystem;

constexpr std::array kOutside = {
    std::pair{std::string_view("token_embd.weight"), kEmbedding},
    std::pair{std::string_view("output_norm.weight"), kFinalNorm},
    std::pair{std::string_view("output.weight"), kOutput},
};

// "blk.3.<first>" is "layer.3.<second>".
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kParts = {{
    {"attn_norm.weight", "attn_norm"},
    {"attn_q.weight", "q"},
    {"attn_k.weight", "k"},
    {"attn_v.weight", "v"},
    {"attn_output.weight", "o"},
    {"attn_q.bias", "q_bias"},
    {"attn_k.bias", "k_bias"},
    {"attn_v.bias", "v_bias"},
    {"attn_q_norm.weight", "q_norm"},
    {"attn_k_norm.weight", "k_norm"},
    {"ffn_norm.weight", "ffn_norm"},
    {"ffn_gate.weight", "gate"},
    {"ffn_up.weight", "up"},
    {"ffn_down.weight", "down"},
}};

// "" for a tensor that is no part of these families.
std::string canonical_name(std::string_view name) {
  for (const auto& [gguf, canonical] : kOutside) {
    if (name == gguf) return std::string(canonical);
  }
  if (!name.starts_with("blk.")) return "";
  name.remove_prefix(4);
  int layer = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), layer);
  name.remove_prefix(static_cast<size_t>(end - name.data()));
  if (error != std::errc() || !name.starts_with('.')) return "";
  for (const auto& [gguf, canonical] : kParts) {
    if (name.substr(1) == gguf) return layer_tensor(layer, canonical);
  }
  return "";
}

class SizeReader {
 public:
  SizeReader(const gguf_context& file, std::string architecture)
      : file_(file), architecture_(std::move(architecture)) {}

  int integer(std::string_view key, int64_t otherwise = 0) const {
    const int64_t value = gguf_integer(file_, full(key)).value_or(otherwise);
    return std::in_range<int>(value) ? static_cast<int>(value) : -1;
  }
  float number(std::string_view key, float otherwise) const {
    return static_cast<float>(gguf_number(file_, full(key)).value_or(otherwise));
  }
  std::string text(std::string_view key) const { return gguf_text(file_, full(key)).value_or(""); }

 private:
  std::string full(std::string_view key) const { return fmt::format("{}.{}", architecture_, key); }

  const gguf_context& file_;
  std::string architecture_;
};

// What the stand-in's rotary embedding and attention can't do.
Result<void> check_features(const SizeReader& read, const Hyperparameters& sizes) {
  const std::string scaling = read.text("rope.scaling.type");
  if (!scaling.empty() && scaling != "none") {
    return fail(ErrorCode::kUnsupported,
                fmt::format("rotary scaling \"{}\" can't be packed", scaling));
  }
  const int rotated = read.integer("rope.dimension_count", sizes.head_dim);
  const int values = read.integer("attention.value_length", sizes.head_dim);
  if (rotated != sizes.head_dim || values != sizes.head_dim) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("heads of {} with {} rotated and values of {} can't be packed",
                            sizes.head_dim, rotated, values));
  }
  return {};
}

Result<Hyperparameters> read_sizes(const gguf_context& file, int vocabulary) {
  const std::string architecture = gguf_text(file, "general.architecture").value_or("");
  AX_TRY(const Family family, family_from_name(architecture));
  const SizeReader read(file, architecture);
  Hyperparameters sizes;
  sizes.family = family;
  sizes.layers = read.integer("block_count");
  sizes.hidden = read.integer("embedding_length");
  sizes.heads = read.integer("attention.head_count");
  sizes.kv_heads = read.integer("attention.head_count_kv", sizes.heads);
  const int divided = sizes.heads > 0 ? sizes.hidden / sizes.heads : 0;
  sizes.head_dim = read.integer("attention.key_length", divided);
  sizes.feed_forward = read.integer("feed_forward_length");
  sizes.vocabulary = vocabulary;
  sizes.norm_epsilon = read.number("attention.layer_norm_rms_epsilon", 1e-6F);
  sizes.rope_base = read.number("rope.freq_base", 10000.0F);
  // The converter permutes the rows of llama's q and k; those of the Qwens stay in halves.
  sizes.rope_interleaved = family == Family::kLlama;
  AX_CHECK(check_features(read, sizes));
  return sizes;
}

Result<SourceTensor> read_tensor(const gguf_context& file, int64_t id,
                                 std::span<const std::byte> bytes) {
  const std::string name = gguf_get_tensor_name(&file, id);
  const int64_t* extent = gguf_get_tensor_ne(&file, id);
  const uint64_t offset = gguf_get_data_offset(&file) + gguf_get_tensor_offset(&file, id);
  if (extent[2] != 1 || extent[3] != 1) {
    return fail(ErrorCode::kUnsupported, fmt::format("tensor {} has more than two dims", name));
  }
  const uint64_t available = offset < bytes.size() ? bytes.size() - offset : 0;
  return source_tensor(name, gguf_get_tensor_type(&file, id), extent[1], extent[0],
                       bytes.data() + (available > 0 ? offset : 0), available);
}

Result<void> read_tensors(const gguf_context& file, Source& source) {
  const auto bytes = source.files.front().bytes();
  for (int64_t id = 0; id < gguf_get_n_tensors(&file); ++id) {
    const std::string name = gguf_get_tensor_name(&file, id);
    const std::string canonical = canonical_name(name);
    if (canonical.empty()) {
      return fail(ErrorCode::kUnsupported,
                  fmt::format("tensor {} is no part of the {} layers that can be packed", name,
                              gguf_text(file, "general.architecture").value_or("")));
    }
    AX_TRY(source.tensors[canonical], read_tensor(file, id, bytes));
  }
  return {};
}

// Of an embedding model, in llama.cpp's numbers.
std::optional<axmodel::EmbeddingPooling> read_pooling(const gguf_context& file) {
  const std::string architecture = gguf_text(file, "general.architecture").value_or("");
  switch (gguf_integer(file, architecture + ".pooling_type").value_or(-1)) {
    case 1:
      return axmodel::EmbeddingPooling::kMean;
    case 3:
      return axmodel::EmbeddingPooling::kLast;
    default:
      return std::nullopt;
  }
}

Result<Source> read_model(const gguf_context& file, MappedFile mapped) {
  Source source;
  source.files.push_back(std::move(mapped));
  const std::string architecture = gguf_text(file, "general.architecture").value_or("");
  AX_CHECK(family_from_name(architecture));
  AX_CHECK(read_tensors(file, source));
  const SourceTensor* embedding = source.find(kEmbedding);
  const int64_t vocabulary = embedding != nullptr ? embedding->rows : 0;
  AX_TRY(source.sizes, read_sizes(file, static_cast<int>(vocabulary)));
  AX_TRY(source.tokenizer, gguf_tokenizer(file));
  source.name = gguf_text(file, "general.name").value_or("");
  source.pooling = read_pooling(file);
  return source;
}

}  // namespace

Result<Source> open_gguf(const fs::path& path) {
  AX_TRY(MappedFile mapped, MappedFile::open(path));
  const auto bytes = mapped.bytes();
  if (bytes.size() < 4 ||
      std::string_view(reinterpret_cast<const char*>(bytes.data()), 4) != GGUF_MAGIC) {
    return fail(ErrorCode::kCorrupt, path.string() + ": not a GGUF file",
                "give a .gguf file, or a folder with config.json and .safetensors files");
  }
  const GgufFile file(gguf_init_from_file(path.c_str(), {.no_alloc = true, .ctx = nullptr}));
  if (!file) return fail(ErrorCode::kCorrupt, path.string() + ": broken GGUF header");
  auto source = read_model(*file, std::move(mapped));
  if (!source) {
    source.error().message = path.string() + ": " + source.error().message;
    return source;
  }
  if (source->name.empty()) source->name = path.stem().string();
  return source;
}

}  // namespace axllama::pack
