#include "standin/pack/shapes.h"

#include <fmt/format.h>

#include <array>

#include "standin/pack/byte_alphabet.h"

namespace axllama::pack {
namespace {

constexpr uint64_t kMiB = 1 << 20;
constexpr double kInt4BytesPerWeight = 0.53;  // spec/axcl.md 6.2
// Head files published: 254,692,887 bytes for 151936 x 1536, 593,952,384 for 152064 x 3584,
// 678,989,672 for 151936 x 4096: as much more than a byte a weight in all three.
constexpr double kHeadBytesPerWeight = 1.0913;

Hyperparameters qwen3(int layers, int hidden, int heads, int feed_forward) {
  return {.family = Family::kQwen3,
          .layers = layers,
          .hidden = hidden,
          .heads = heads,
          .kv_heads = 8,
          .head_dim = 128,
          .feed_forward = feed_forward,
          .vocabulary = 151936,
          .rope_base = 1e6F};
}

Hyperparameters qwen2(int layers, int hidden, int heads, int kv_heads, int feed_forward) {
  return {.family = Family::kQwen2,
          .layers = layers,
          .hidden = hidden,
          .heads = heads,
          .kv_heads = kv_heads,
          .head_dim = hidden / heads,
          .feed_forward = feed_forward,
          .vocabulary = hidden == 3584 ? 152064 : 151936,
          .rope_base = 1e6F};
}

Contexts up_to_1024() {
  return {.chunk = 128, .cache = 2047, .history = {0, 128, 256, 384, 512, 640, 768, 896, 1024}};
}
Contexts up_to_2048() {
  return {.chunk = 128, .cache = 2559, .history = {0, 256, 512, 1024, 1536, 2048}};
}
Contexts short_context() {
  return {.chunk = 128, .cache = 1023, .history = {0, 128, 256, 384}};
}

// Layer files: listings of the published folders (MiB: rounded by ls), else (published total -
// embedding - head) / layers. Estimated, by the code in the file's sibling: 0.6b and 4b int4,
// 0.5b and 7b w8.
std::vector<Shape> make_shapes() {
  return {
      {"qwen3-0.6b", qwen3(28, 1024, 16, 3072), up_to_1024(), 26 * kMiB, 19'600'000, 9'500'000},
      {"qwen3-1.7b", qwen3(28, 2048, 16, 6144), up_to_1024(), 64 * kMiB, 36'700'000, 0},
      {"qwen3-4b", qwen3(36, 2560, 32, 9728), up_to_2048(), 120 * kMiB, 69'000'000, 0},
      {"qwen2.5-0.5b", qwen2(24, 896, 14, 2, 4864), short_context(), 19'700'000, 12'740'000, 0},
      {"qwen2.5-1.5b", qwen2(28, 1536, 12, 2, 8960), short_context(), 62'970'116, 28'720'000, 0},
      {"qwen2.5-7b", qwen2(28, 3584, 28, 4, 18944), short_context(), 268'000'000, 136'085'476, 0},
  };
}

uint64_t layer_weights(const Hyperparameters& sizes) {
  const auto hidden = static_cast<uint64_t>(sizes.hidden);
  const auto queries = static_cast<uint64_t>(sizes.heads * sizes.head_dim);
  const auto keys = static_cast<uint64_t>(sizes.kv_size());
  return 2 * hidden * (queries + keys) + 3 * hidden * static_cast<uint64_t>(sizes.feed_forward);
}

uint64_t scaled(uint64_t weights, double bytes_per_weight) {
  return static_cast<uint64_t>(static_cast<double>(weights) * bytes_per_weight);
}

}  // namespace

Result<ShapeQuantisation> shape_quantisation_from_name(std::string_view name) {
  if (name == "w8") return ShapeQuantisation::kW8;
  if (name == "int4") return ShapeQuantisation::kInt4;
  return fail(ErrorCode::kInvalidArgument, fmt::format("unknown quantisation \"{}\"", name),
              "w8 or int4");
}

FileSize Shape::layer(ShapeQuantisation quantisation) const {
  const uint64_t weights = layer_weights(sizes);
  if (quantisation == ShapeQuantisation::kW8) return {weights, w8_layer - weights};
  const uint64_t parameters =
      int4_parameters > 0 ? int4_parameters : scaled(weights, kInt4BytesPerWeight);
  return {parameters, int4_layer - parameters};
}

FileSize Shape::head() const {
  const uint64_t weights =
      static_cast<uint64_t>(sizes.vocabulary) * static_cast<uint64_t>(sizes.hidden);
  return {scaled(weights, kHeadBytesPerWeight), 0};
}

std::vector<std::string_view> shape_names() {
  std::vector<std::string_view> names;
  for (const Shape& shape : make_shapes()) names.push_back(shape.name);
  return names;
}

Result<Shape> find_shape(std::string_view name) {
  for (Shape& shape : make_shapes()) {
    if (shape.name == name) return std::move(shape);
  }
  return fail(ErrorCode::kNotFound, fmt::format("no shape is called \"{}\"", name),
              fmt::format("there are {}", fmt::join(shape_names(), ", ")));
}

Tokenizer shape_tokenizer() {
  constexpr size_t kFirstMarker = 151643;
  constexpr std::array kMarkers = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
  Tokenizer tokenizer = {.kind = Tokenizer::Kind::kBpe, .pre = "qwen2", .stops = {151643, 151645}};
  for (int byte = 0; byte < 256; ++byte) {
    tokenizer.tokens.push_back(spell_bytes(std::string(1, static_cast<char>(byte))));
  }
  for (size_t id = 256; id < kFirstMarker; ++id) {
    tokenizer.tokens.push_back(fmt::format("<filler_{}>", id));
  }
  tokenizer.types.assign(kFirstMarker, TokenType::kNormal);
  for (const char* marker : kMarkers) {
    tokenizer.tokens.emplace_back(marker);
    tokenizer.types.push_back(TokenType::kControl);
  }
  return tokenizer;
}

}  // namespace axllama::pack
