#include "standin/pack/weights.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "axmodel/new_file.h"
#include "standin/compute/layer_spec.h"

namespace axllama::pack {
namespace {

using axmodel::ByteSink;
using axmodel::ElementType;
using axmodel::NewWeight;

constexpr int64_t kPieceElements = 1 << 18;

// Hands the tensor's rows to `use` in pieces of about a megabyte.
Result<void> each_piece(const SourceTensor& tensor, const Canceled& canceled,
                        const std::function<Result<void>(std::span<const float>)>& use) {
  const int64_t rows = std::max<int64_t>(1, kPieceElements / tensor.columns);
  std::vector<float> piece;
  for (int64_t first = 0; first < tensor.rows; first += rows) {
    if (canceled && canceled()) return fail(ErrorCode::kCanceled, "interrupted");
    piece.resize(static_cast<size_t>(std::min(rows, tensor.rows - first) * tensor.columns));
    read_rows(tensor, first, piece);
    AX_CHECK(use(piece));
  }
  return {};
}

NewWeight floats(const std::string& name, const SourceTensor& tensor, const Canceled& canceled) {
  return {.name = name,
          .type = ElementType::kFloat,
          .dims = {tensor.columns},
          .data = [&tensor, canceled](const ByteSink& sink) {
            return each_piece(tensor, canceled, [&](std::span<const float> piece) {
              return sink(std::as_bytes(piece));
            });
          }};
}

ElementType stored_type(WeightType type) {
  switch (type) {
    case WeightType::kBf16:
      return ElementType::kBfloat16;
    case WeightType::kInt8:
      return ElementType::kInt8;
    case WeightType::kInt4:
      return ElementType::kInt4;
  }
  return ElementType::kUndefined;
}

NewWeight matrix_values(const std::string& name, const SourceTensor& tensor,
                        const ContainerOptions& options) {
  return {
      .name = name,
      .type = stored_type(options.weights),
      .dims = {tensor.rows, tensor.columns},
      .data = [&tensor, type = options.weights, canceled = options.canceled](const ByteSink& sink) {
        return each_piece(tensor, canceled, [&](std::span<const float> piece) {
          return sink(quantise(type, piece, tensor.columns).values);
        });
      }};
}

// Quantises a second time: cheaper than keeping the scales of a whole model's matrices.
NewWeight matrix_scales(const std::string& name, const SourceTensor& tensor,
                        const ContainerOptions& options) {
  const int64_t groups = scales_per_row(options.weights, tensor.columns);
  const bool by_row = options.weights == WeightType::kInt8;
  return {
      .name = name + ".scale",
      .type = ElementType::kFloat,
      .dims = by_row ? std::vector{tensor.rows} : std::vector{tensor.rows, groups},
      .data = [&tensor, type = options.weights, canceled = options.canceled](const ByteSink& sink) {
        return each_piece(tensor, canceled, [&](std::span<const float> piece) {
          const Quantised stored = quantise(type, piece, tensor.columns);
          return sink(std::as_bytes(std::span(stored.scales)));
        });
      }};
}

void add_matrix(std::vector<NewWeight>& weights, const std::string& name,
                const SourceTensor& tensor, const ContainerOptions& options) {
  weights.push_back(matrix_values(name, tensor, options));
  if (options.weights != WeightType::kBf16) {
    weights.push_back(matrix_scales(name, tensor, options));
  }
}

standin::LayerSpec layer_spec(standin::Kind kind, const Hyperparameters& sizes) {
  return {.kind = kind,
          .hidden = sizes.hidden,
          .heads = sizes.heads,
          .kv_heads = sizes.kv_heads,
          .head_dim = sizes.head_dim,
          .feed_forward = sizes.feed_forward,
          .norm_epsilon = sizes.norm_epsilon,
          .rope_base = sizes.rope_base,
          .rope_interleaved = sizes.rope_interleaved};
}

axmodel::ContainerWriter container(std::vector<axmodel::Group> groups,
                                   const standin::LayerSpec& spec, const std::string& version) {
  axmodel::ContainerWriter writer;
  writer.doc_string = fmt::format("Pulsar2 Version: {}\nPulsar2 Commit: axllama-pack", version);
  writer.groups = std::move(groups);
  writer.metadata = standin::write_layer_spec(spec);
  return writer;
}

}  // namespace

Result<void> check_widths(const Hyperparameters& sizes, WeightType type) {
  if (type != WeightType::kInt4) return {};
  for (const int width : {sizes.hidden, sizes.heads * sizes.head_dim, sizes.feed_forward}) {
    if (width % 2 == 0) continue;
    return fail(ErrorCode::kUnsupported,
                fmt::format("int4 puts two weights in a byte, but rows are {} wide", width),
                "give --weights int8 or bf16");
  }
  return {};
}

axmodel::ContainerWriter layer_container(const Source& source, int layer, const Contexts& contexts,
                                         const ContainerOptions& options) {
  constexpr std::array kParts = {"attn_norm", "q",      "k",      "v",      "o",
                                 "q_bias",    "k_bias", "v_bias", "q_norm", "k_norm",
                                 "ffn_norm",  "gate",   "up",     "down"};
  auto writer =
      container(layer_groups(source.sizes, contexts),
                layer_spec(standin::Kind::kLayer, source.sizes), options.producer_version);
  for (const char* part : kParts) {
    const SourceTensor* tensor = source.find(layer_tensor(layer, part));
    if (tensor == nullptr) continue;  // optional ones: check_tensors has seen to the others
    if (tensor->rows == 1) {
      writer.weights.push_back(floats(part, *tensor, options.canceled));
    } else {
      add_matrix(writer.weights, part, *tensor, options);
    }
  }
  return writer;
}

axmodel::ContainerWriter head_container(const Source& source, HeadForm form, int top_k,
                                        const ContainerOptions& options) {
  standin::LayerSpec spec = layer_spec(standin::Kind::kHead, source.sizes);
  spec.vocabulary = gives_logits(form) ? source.sizes.vocabulary : 0;
  spec.top_k = top_k;
  auto writer = container(head_groups(source.sizes, form, top_k), spec, options.producer_version);
  writer.weights.push_back(floats("norm", *source.find(kFinalNorm), options.canceled));
  if (!gives_logits(form)) return writer;
  const SourceTensor* output = source.find(kOutput);
  if (output == nullptr) output = source.find(kEmbedding);
  add_matrix(writer.weights, "weight", *output, options);
  return writer;
}

axmodel::ContainerWriter shape_container(std::vector<axmodel::Group> groups,
                                         const Hyperparameters& sizes, uint64_t parameters,
                                         uint64_t code, const std::string& producer_version) {
  standin::LayerSpec spec = layer_spec(standin::Kind::kShape, sizes);
  spec.vocabulary = sizes.vocabulary;
  auto writer = container(std::move(groups), spec, producer_version);
  const auto hole = [](const char* name, uint64_t bytes) {
    return NewWeight{.name = name,
                     .type = ElementType::kUint8,
                     .dims = {static_cast<int64_t>(bytes)},
                     .data = {}};
  };
  writer.weights.push_back(hole("npu_params", parameters));
  if (code > 0) writer.weights.push_back(hole("subgraph_npu_0_b1_neu", code));
  return writer;
}

Result<void> write_embedding(const SourceTensor& table, const std::filesystem::path& path,
                             const Canceled& canceled) {
  const uint64_t bytes =
      static_cast<uint64_t>(table.rows) * row_bytes(WeightType::kBf16, table.columns);
  AX_TRY(axmodel::NewFile file, axmodel::NewFile::create(path, bytes));
  uint64_t offset = 0;
  AX_CHECK(each_piece(table, canceled, [&](std::span<const float> piece) {
    const Quantised stored = quantise(WeightType::kBf16, piece, table.columns);
    const uint64_t at = offset;
    offset += stored.values.size();
    return file.write_at(at, stored.values);
  }));
  return file.commit();
}

}  // namespace axllama::pack
