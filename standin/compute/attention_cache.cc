#include "standin/compute/attention_cache.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace axllama::standin {
namespace {

// Eight bf16: one register on every machine we build for.
using Lane8 = uint16_t __attribute__((vector_size(16)));
constexpr int64_t kTile = 8;

struct Rows {
  const uint16_t* data;
  int64_t count;
};

struct Share {
  int64_t begin, end;
};
Share share(int64_t total, int64_t unit, int ith, int nth) {
  const int64_t units = (total + unit - 1) / unit;
  return {std::min(total, units * ith / nth * unit),
          std::min(total, units * (ith + 1) / nth * unit)};
}

// Interleaves the halves of a and b.
Lane8 low(Lane8 a, Lane8 b) {
  return __builtin_shuffle(a, b, Lane8{0, 8, 1, 9, 2, 10, 3, 11});
}
Lane8 high(Lane8 a, Lane8 b) {
  return __builtin_shuffle(a, b, Lane8{4, 12, 5, 13, 6, 14, 7, 15});
}

// One step of a perfect shuffle of 64 elements; three steps transpose 8 x 8.
void shuffle_step(const Lane8 (&in)[8], Lane8 (&out)[8]) {
  for (int i = 0; i < 4; ++i) {
    out[2 * i] = low(in[i], in[i + 4]);
    out[2 * i + 1] = high(in[i], in[i + 4]);
  }
}

void transpose_tile(const uint16_t* in, int64_t in_stride, uint16_t* out, int64_t out_stride) {
  Lane8 a[8];
  Lane8 b[8];
  for (int i = 0; i < 8; ++i) std::memcpy(&a[i], in + i * in_stride, sizeof(Lane8));
  shuffle_step(a, b);
  shuffle_step(b, a);
  shuffle_step(a, b);
  for (int i = 0; i < 8; ++i) std::memcpy(out + i * out_stride, &b[i], sizeof(Lane8));
}

// out[column][row] = in[row][column] for the columns of `part`.
void transpose(Rows in, int64_t columns, Share part, uint16_t* out, int64_t out_stride) {
  for (int64_t row = 0; row < in.count; row += kTile) {
    for (int64_t column = part.begin; column < part.end; column += kTile) {
      const int64_t height = std::min(kTile, in.count - row);
      const int64_t width = std::min(kTile, part.end - column);
      const uint16_t* from = in.data + row * columns + column;
      uint16_t* to = out + column * out_stride + row;
      if (height == kTile && width == kTile) {
        transpose_tile(from, columns, to, out_stride);
        continue;
      }
      for (int64_t y = 0; y < height; ++y) {
        for (int64_t x = 0; x < width; ++x) to[x * out_stride + y] = from[y * columns + x];
      }
    }
  }
}

Rows rows_of(const ggml_tensor* tensor) {
  if (tensor == nullptr) return {nullptr, 0};
  return {static_cast<const uint16_t*>(tensor->data), tensor->ne[1]};
}

// dst: keys [rows][columns], then values [columns][rows].
void join(ggml_tensor* dst, int ith, int nth, void*) {
  const int64_t columns = dst->src[0]->ne[0];
  const Rows own_keys = rows_of(dst->src[0]);
  const Rows own_values = rows_of(dst->src[1]);
  const Rows key_cache = rows_of(dst->src[2]);
  const Rows value_cache = rows_of(dst->src[3]);
  const int64_t rows = key_cache.count + own_keys.count;
  auto* keys = static_cast<uint16_t*>(dst->data);
  uint16_t* values = keys + rows * columns;

  const Share copied = share(rows, 1, ith, nth);
  for (int64_t row = copied.begin; row < copied.end; ++row) {
    const bool cached = row < key_cache.count;
    const uint16_t* from =
        cached ? key_cache.data + row * columns : own_keys.data + (row - key_cache.count) * columns;
    std::memcpy(keys + row * columns, from, static_cast<size_t>(columns) * sizeof *from);
  }
  const Share turned = share(columns, kTile, ith, nth);
  transpose(value_cache, columns, turned, values, rows);
  transpose(own_values, columns, turned, values + value_cache.count, rows);
}

}  // namespace

AttentionCache join_attention_cache(ggml_context* context, int head_dim, ggml_tensor* own_keys,
                                    ggml_tensor* own_values, ggml_tensor* key_cache,
                                    ggml_tensor* value_cache) {
  const bool cached = key_cache != nullptr;
  const int64_t columns = own_keys->ne[0];
  const int64_t rows = own_keys->ne[1] + (cached ? key_cache->ne[1] : 0);
  const int64_t kv_heads = columns / head_dim;
  ggml_tensor* sources[] = {own_keys, own_values, key_cache, value_cache};
  ggml_tensor* joined = ggml_custom_4d(context, GGML_TYPE_BF16, 2 * rows * columns, 1, 1, 1,
                                       sources, cached ? 4 : 2, join, GGML_N_TASKS_MAX, nullptr);
  const auto bytes = [](int64_t elements) {
    return static_cast<size_t>(elements) * sizeof(ggml_bf16_t);
  };
  return {.keys = ggml_view_3d(context, joined, head_dim, rows, kv_heads, bytes(columns),
                               bytes(head_dim), 0),
          .values = ggml_view_3d(context, joined, rows, head_dim, kv_heads, bytes(rows),
                                 bytes(rows * head_dim), bytes(rows * columns))};
}

}  // namespace axllama::standin
