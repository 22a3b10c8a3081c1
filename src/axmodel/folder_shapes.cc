#include "axmodel/folder_shapes.h"

#include <algorithm>
#include <array>

#include "axmodel/quoted_name.h"

namespace axllama::axmodel {
namespace {

const Tensor* find(const std::vector<Tensor>& tensors, std::string_view name) {
  const auto found = std::ranges::find(tensors, name, &Tensor::name);
  return found == tensors.end() ? nullptr : &*found;
}

std::string shape_text(const Tensor& tensor) {
  std::string text = tensor.name + " [";
  for (const int64_t size : tensor.dims) {
    if (text.back() != '[') text += ", ";
    text += std::to_string(size);
  }
  return text + "]";
}

std::string in_group(size_t group) {
  return " in group " + std::to_string(group);
}

int64_t elements(const Tensor& tensor) {
  int64_t count = 1;  // parsed tensors are below 4 GiB
  for (const int64_t size : tensor.dims) count *= size;
  return count;
}

// The tensor as rows of equal width.
struct Matrix {
  int rows = 0;
  int width = 0;
};

Matrix matrix(const Tensor& tensor) {
  if (tensor.dims.empty()) return {1, 1};
  const int64_t width = tensor.dims.back();
  return {static_cast<int>(elements(tensor) / width), static_cast<int>(width)};
}

std::string names_of(const std::vector<Tensor>& tensors) {
  std::string text;
  for (const Tensor& tensor : tensors)
    text += (text.empty() ? "" : ", ") + quoted_name(tensor.name);
  return text.empty() ? "none" : text;
}

constexpr std::array kInputs = {"K_cache", "V_cache", "indices", "input", "mask"};
constexpr std::array kOutputs = {"K_cache_out", "V_cache_out", "output"};

// All groups have the same names and types as group 0.
Result<void> check_names(const Group& group) {
  const auto known = [](const auto& table) {
    return [&table](const Tensor& tensor) {
      return std::ranges::find(table, tensor.name) != table.end();
    };
  };
  const bool cached = find(group.inputs, "K_cache") && find(group.inputs, "V_cache");
  if (!cached && find(group.inputs, "input") && find(group.outputs, "output")) {
    return fail(ErrorCode::kUnsupported,
                "this is a linear-attention layer: instead of a K/V cache it has the inputs " +
                    names_of(group.inputs),
                "models with linear attention can't run yet");
  }
  if (group.inputs.size() != kInputs.size() || !std::ranges::all_of(group.inputs, known(kInputs))) {
    return fail(
        ErrorCode::kUnsupported,
        "this is not a layer of a language model: its inputs are " + names_of(group.inputs));
  }
  if (group.outputs.size() != kOutputs.size() ||
      !std::ranges::all_of(group.outputs, known(kOutputs))) {
    return fail(
        ErrorCode::kUnsupported,
        "this is not a layer of a language model: its outputs are " + names_of(group.outputs));
  }
  return {};
}

Result<void> check_type(const Tensor& tensor, size_t group) {
  const bool indices = tensor.name == "indices";
  const bool fits = indices
                        ? tensor.type == ElementType::kUint32 || tensor.type == ElementType::kInt32
                        : tensor.type == ElementType::kBfloat16;
  if (fits) return {};
  return fail(ErrorCode::kUnsupported, tensor.name + in_group(group) + " has elements of type " +
                                           std::to_string(static_cast<int>(tensor.type)) +
                                           " instead of " + (indices ? "uint32" : "bfloat16"));
}

Result<void> check_types(const Group& group, size_t number) {
  for (const Tensor& tensor : group.inputs) AX_CHECK(check_type(tensor, number));
  for (const Tensor& tensor : group.outputs) AX_CHECK(check_type(tensor, number));
  return {};
}

// One group's sizes.
struct Sizes {
  int rows = 0;
  int hidden = 0;
  int kv_size = 0;
  int history = 0;
};

std::unexpected<Error> contradiction(const Tensor& tensor, const std::string& wanted,
                                     size_t group) {
  return fail(ErrorCode::kCorrupt,
              shape_text(tensor) + in_group(group) + " contradicts the rest: " + wanted);
}

Result<void> check_rows(const Tensor& tensor, int rows, int width, size_t group) {
  const Matrix got = matrix(tensor);
  if (got.rows == rows && got.width == width) return {};
  return contradiction(
      tensor, "expected " + std::to_string(rows) + " rows of " + std::to_string(width), group);
}

Result<void> check_indices(const Tensor& indices, int rows, size_t group) {
  if (elements(indices) == rows) return {};
  if (indices.dims.size() > 1 && elements(indices) == int64_t{3} * rows) {
    return fail(ErrorCode::kUnsupported,
                shape_text(indices) + in_group(group) + " are M-RoPE positions in three dimensions",
                "models with M-RoPE can't run yet");
  }
  return contradiction(indices, "expected " + std::to_string(rows) + " positions", group);
}

// Without history the cache is a dummy, which Qwen2 packages give the width of the hidden state.
Result<void> check_cache(const Tensor& cache, const Sizes& sizes, const Tensor& mask,
                         size_t group) {
  const Matrix got = matrix(cache);
  const bool dummy = sizes.rows > 1 && sizes.history == 0;
  const bool fits = dummy
                        ? got.rows == 1 && (got.width == sizes.kv_size || got.width == sizes.hidden)
                        : got.rows == sizes.history && got.width == sizes.kv_size;
  if (fits) return {};
  return contradiction(cache,
                       shape_text(mask) + " stands for " + std::to_string(sizes.history) +
                           " earlier and " + std::to_string(sizes.rows) +
                           " new tokens, K_cache_out for rows of " + std::to_string(sizes.kv_size),
                       group);
}

Result<Sizes> group_sizes(const Group& group, size_t number) {
  AX_CHECK(check_types(group, number));
  const auto in = [&](const char* name) -> const Tensor& { return *find(group.inputs, name); };
  const auto out = [&](const char* name) -> const Tensor& { return *find(group.outputs, name); };
  const Matrix input = matrix(in("input"));
  const Tensor& mask = in("mask");
  Sizes sizes{input.rows, input.width, matrix(out("K_cache_out")).width, 0};
  AX_CHECK(check_indices(in("indices"), sizes.rows, number));
  AX_CHECK(check_rows(out("output"), sizes.rows, sizes.hidden, number));
  AX_CHECK(check_rows(out("K_cache_out"), sizes.rows, sizes.kv_size, number));
  AX_CHECK(check_rows(out("V_cache_out"), sizes.rows, sizes.kv_size, number));
  const Matrix seen = matrix(mask);
  sizes.history = seen.width - sizes.rows;
  if (seen.rows != sizes.rows || sizes.history < 0) {
    return contradiction(mask, "expected " + std::to_string(sizes.rows) + " rows as wide or wider",
                         number);
  }
  AX_CHECK(check_cache(in("K_cache"), sizes, mask, number));
  AX_CHECK(check_cache(in("V_cache"), sizes, mask, number));
  return sizes;
}

Result<void> add_group(const Sizes& sizes, size_t number, LayerShape& shape) {
  if (number == 0) {
    shape.hidden = sizes.hidden;
    shape.kv_size = sizes.kv_size;
  }
  if (sizes.hidden != shape.hidden || sizes.kv_size != shape.kv_size) {
    return fail(ErrorCode::kCorrupt,
                "group " + std::to_string(number) + " has another hidden or K/V size than group 0");
  }
  const int group = static_cast<int>(number);
  if (sizes.rows == 1) {
    shape.decode.push_back({group, sizes.history});
    return {};
  }
  if (shape.chunk != 0 && shape.chunk != sizes.rows) {
    return fail(ErrorCode::kUnsupported,
                "it has chunks of several sizes: " + std::to_string(shape.chunk) + " and " +
                    std::to_string(sizes.rows) + " tokens");
  }
  shape.chunk = sizes.rows;
  shape.chunks.push_back({group, sizes.history});
  return {};
}

// A chunk can't read more cache than the decode groups fill.
Result<void> check_whole(const LayerShape& shape) {
  if (shape.decode.empty() || shape.decode.back().cache == 0) {
    return fail(ErrorCode::kUnsupported, "it has no group that evaluates one token with a cache");
  }
  const int context = shape.decode.back().cache;
  if (shape.chunks.empty() || shape.chunks.back().history <= context) return {};
  return fail(ErrorCode::kCorrupt, "group " + std::to_string(shape.chunks.back().group) +
                                       " reads " + std::to_string(shape.chunks.back().history) +
                                       " rows of cache, but the largest decode group has " +
                                       std::to_string(context));
}

const Tensor* sole(const std::vector<Tensor>& tensors) {
  return tensors.size() == 1 ? tensors.data() : nullptr;
}

constexpr const char* kNormed = "output_norm";

// What a head gives, by name; nothing else is among its outputs.
struct HeadOutputs {
  const Tensor* values = nullptr;  // logits, or the hidden row
  const Tensor* indices = nullptr;
  const Tensor* normed = nullptr;
  bool known = true;
};

HeadOutputs outputs_of(const Group& group) {
  HeadOutputs all;
  for (const Tensor& tensor : group.outputs) {
    const Tensor*& place = tensor.name == "indices" ? all.indices
                           : tensor.name == kNormed ? all.normed
                                                    : all.values;
    all.known = all.known && place == nullptr;
    place = &tensor;
  }
  const bool ids_alone = all.indices != nullptr && all.values == nullptr;
  all.known = all.known && !ids_alone && (all.values != nullptr || all.normed != nullptr);
  return all;
}

// kUnsupported unless it is one row of bf16.
Result<void> check_one_row(const Tensor& tensor) {
  AX_CHECK(check_type(tensor, 0));
  if (matrix(tensor).rows == 1) return {};
  return fail(ErrorCode::kUnsupported,
              "the head takes or gives more than one row: " + shape_text(tensor));
}

Result<void> check_ids(const HeadOutputs& all) {
  AX_CHECK(check_type(*all.indices, 0));
  const int values = matrix(*all.values).width;
  if (elements(*all.indices) == values) return {};
  return contradiction(*all.indices, "expected an id for each of " + std::to_string(values), 0);
}

}  // namespace

Result<LayerShape> layer_shape(const Container& layer) {
  AX_CHECK(check_names(layer.groups.at(0)));
  LayerShape shape;
  for (size_t number = 0; number < layer.groups.size(); ++number) {
    AX_TRY(const Sizes sizes, group_sizes(layer.groups[number], number));
    AX_CHECK(add_group(sizes, number, shape));
  }
  std::ranges::stable_sort(shape.decode, {}, &DecodeGroup::cache);
  std::ranges::stable_sort(shape.chunks, {}, &ChunkGroup::history);
  AX_CHECK(check_whole(shape));
  return shape;
}

Result<HeadShape> head_shape(const Container& head) {
  const Group& group = head.groups.at(0);
  const Tensor* const input = sole(group.inputs);
  const HeadOutputs all = outputs_of(group);
  if (input == nullptr || !all.known) {
    return fail(ErrorCode::kUnsupported, "this is no head of a language model: from " +
                                             names_of(group.inputs) + " to " +
                                             names_of(group.outputs));
  }
  AX_CHECK(check_one_row(*input));
  HeadShape shape{matrix(*input).width, 0, 0};
  if (all.normed != nullptr) {
    AX_CHECK(check_one_row(*all.normed));
    if (matrix(*all.normed).width != shape.hidden) {
      return contradiction(*all.normed, "expected a row of " + std::to_string(shape.hidden), 0);
    }
    shape.hidden_output = all.normed->name;
  }
  if (all.values == nullptr) return shape;
  AX_CHECK(check_one_row(*all.values));
  const int width = matrix(*all.values).width;
  if (all.indices == nullptr && all.normed == nullptr && width == shape.hidden) {
    shape.hidden_output = all.values->name;
    return shape;
  }
  shape.outputs = width;
  if (all.indices == nullptr) return shape;
  AX_CHECK(check_ids(all));
  shape.top_k = width;
  return shape;
}

std::string difference(const LayerShape& shape, const LayerShape& wanted) {
  std::string text;
  const auto compare = [&](const char* what, int got, int other) {
    if (got == other) return;
    text += (text.empty() ? "" : ", ") + std::string(what) + " " + std::to_string(got) +
            " instead of " + std::to_string(other);
  };
  compare("hidden size", shape.hidden, wanted.hidden);
  compare("K/V size", shape.kv_size, wanted.kv_size);
  compare("chunk", shape.chunk, wanted.chunk);
  compare("context", shape.decode.back().cache, wanted.decode.back().cache);
  compare("number of groups", static_cast<int>(shape.decode.size() + shape.chunks.size()),
          static_cast<int>(wanted.decode.size() + wanted.chunks.size()));
  if (text.empty() && shape != wanted) return "other groups";
  return text;
}

}  // namespace axllama::axmodel
