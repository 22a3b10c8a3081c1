#include "standin/pack/source.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <optional>

namespace axllama::pack {
namespace {

struct Expected {
  std::string_view part;
  int64_t rows;
  int64_t columns;
  bool optional = false;
};

// What a layer is made of. Families differ in which of the optional ones they need.
std::vector<Expected> layer_parts(const Hyperparameters& sizes) {
  const int64_t queries = int64_t{sizes.heads} * sizes.head_dim;
  const int64_t keys = sizes.kv_size();
  const bool biased = sizes.family == Family::kQwen2;
  const bool normed = sizes.family == Family::kQwen3;
  return {
      {"attn_norm", 1, sizes.hidden},
      {"q", queries, sizes.hidden},
      {"k", keys, sizes.hidden},
      {"v", keys, sizes.hidden},
      {"o", sizes.hidden, queries},
      {"q_bias", 1, queries, !biased},
      {"k_bias", 1, keys, !biased},
      {"v_bias", 1, keys, !biased},
      {"q_norm", 1, sizes.head_dim, !normed},
      {"k_norm", 1, sizes.head_dim, !normed},
      {"ffn_norm", 1, sizes.hidden},
      {"gate", sizes.feed_forward, sizes.hidden},
      {"up", sizes.feed_forward, sizes.hidden},
      {"down", sizes.hidden, sizes.feed_forward},
  };
}

Result<void> check_tensor(const Source& source, std::string_view name, const Expected& expected) {
  const SourceTensor* tensor = source.find(name);
  if (tensor == nullptr) {
    if (expected.optional) return {};
    return fail(ErrorCode::kCorrupt, fmt::format("the model has no tensor for {}", name));
  }
  if (tensor->rows == expected.rows && tensor->columns == expected.columns) return {};
  return fail(ErrorCode::kCorrupt,
              fmt::format("tensor {} is {} x {}, expected {} x {}", tensor->origin, tensor->rows,
                          tensor->columns, expected.rows, expected.columns));
}

bool whole_floats(const std::byte* data) {
  return reinterpret_cast<uintptr_t>(data) % alignof(float) == 0;
}

}  // namespace

std::string layer_tensor(int layer, std::string_view part) {
  return fmt::format("layer.{}.{}", layer, part);
}

const SourceTensor* Source::find(std::string_view canonical) const {
  const auto found = tensors.find(canonical);
  return found == tensors.end() ? nullptr : &found->second;
}

void read_rows(const SourceTensor& tensor, int64_t first, std::span<float> rows) {
  const int64_t count = static_cast<int64_t>(rows.size()) / tensor.columns;
  std::vector<std::byte> aligned(tensor.row_bytes);
  for (int64_t row = 0; row < count; ++row) {
    const std::byte* from = tensor.data + static_cast<uint64_t>(first + row) * tensor.row_bytes;
    if (!whole_floats(from)) {
      std::memcpy(aligned.data(), from, aligned.size());
      from = aligned.data();
    }
    tensor.to_float(from, rows.data() + row * tensor.columns, tensor.columns);
  }
}

Result<Source> open_source(const std::filesystem::path& path) {
  std::error_code error;
  auto source =
      std::filesystem::is_directory(path, error) ? open_safetensors(path) : open_gguf(path);
  if (!source) return source;
  auto checked = check_hyperparameters(source->sizes);
  if (checked) checked = check_tensors(*source);
  if (checked) return source;
  checked.error().message = path.string() + ": " + checked.error().message;
  return std::unexpected(checked.error());
}

Result<void> check_tensors(const Source& source) {
  const Hyperparameters& sizes = source.sizes;
  const std::array outside = {
      Expected{kEmbedding, sizes.vocabulary, sizes.hidden},
      Expected{kFinalNorm, 1, sizes.hidden},
      Expected{kOutput, sizes.vocabulary, sizes.hidden, true},
  };
  for (const Expected& expected : outside) {
    AX_CHECK(check_tensor(source, expected.part, expected));
  }
  const std::vector<Expected> parts = layer_parts(sizes);
  for (int layer = 0; layer < sizes.layers; ++layer) {
    for (const Expected& expected : parts) {
      AX_CHECK(check_tensor(source, layer_tensor(layer, expected.part), expected));
    }
  }
  return {};
}

}  // namespace axllama::pack
