// For the tests: generated containers in memory, and the plainest transformer layer there is, in
// double precision, to compare with.
#pragma once

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <random>

#include "standin/compute/layer_spec.h"
#include "standin/compute/program.h"

namespace axllama::standin {

using axmodel::ElementType;
using Bf16 = uint16_t;
using Doubles = std::vector<double>;

inline Bf16 bf16_of(double value) {
  const auto bits = std::bit_cast<uint32_t>(static_cast<float>(value));
  if (std::isnan(value)) return 0x7fc0;
  return static_cast<Bf16>((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}
inline double value_of(Bf16 bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16);
}
inline double rounded(double value) {
  return value_of(bf16_of(value));
}

inline Doubles random_values(size_t count, double size, uint32_t seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> values(-size, size);
  Doubles result(count);
  for (double& value : result) value = rounded(values(random));
  return result;
}
inline std::vector<Bf16> bf16s(const Doubles& values) {
  std::vector<Bf16> result;
  for (const double value : values) result.push_back(bf16_of(value));
  return result;
}

// A container, its file, and for the reference what each weight is exactly.
struct TestModel {
  LayerSpec spec;
  axmodel::Container container;
  std::vector<std::byte> file;
  std::map<std::string, Doubles> weights;

  void add_bytes(const std::string& name, ElementType type, std::vector<int64_t> dims,
                 const void* data, size_t bytes) {
    container.initializers.push_back({name, type, std::move(dims), file.size(), bytes});
    const auto* from = static_cast<const std::byte*>(data);
    file.insert(file.end(), from, from + bytes);
  }

  void add_floats(const std::string& name, std::vector<int64_t> dims, const Doubles& values) {
    const std::vector<float> floats(values.begin(), values.end());
    add_bytes(name, ElementType::kFloat, std::move(dims), floats.data(), floats.size() * 4);
    weights[name] = values;
  }

  void add_matrix(const std::string& name, int64_t rows, int64_t columns, ElementType type,
                  uint32_t seed) {
    const auto count = static_cast<size_t>(rows * columns);
    const double size = 1.7 / std::sqrt(static_cast<double>(columns));
    if (type == ElementType::kBfloat16) {
      weights[name] = random_values(count, size, seed);
      const auto bits = bf16s(weights[name]);
      add_bytes(name, type, {rows, columns}, bits.data(), bits.size() * 2);
      return;
    }
    add_quantised(name, rows, columns, type, size, seed);
  }

  void add_quantised(const std::string& name, int64_t rows, int64_t columns, ElementType type,
                     double size, uint32_t seed) {
    const bool wide = type == ElementType::kInt8;
    const int64_t groups = wide ? 1 : (columns + kInt4Group - 1) / kInt4Group;
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> quants(wide ? -128 : -8, wide ? 127 : 7);
    Doubles scale = random_values(static_cast<size_t>(rows * groups), size * 0.2, seed + 1);
    for (double& s : scale) s = (s + size) / (wide ? 128 : 8);
    std::vector<int8_t> q(static_cast<size_t>(rows * columns));
    Doubles exact;
    for (size_t i = 0; i < q.size(); ++i) {
      q[i] = static_cast<int8_t>(quants(random));
      const auto row = i / static_cast<size_t>(columns);
      const auto group = wide ? 0 : i % static_cast<size_t>(columns) / kInt4Group;
      exact.push_back(q[i] * static_cast<double>(static_cast<float>(
                                 scale[row * static_cast<size_t>(groups) + group])));
    }
    if (!wide) {
      for (size_t i = 0; i < q.size() / 2; ++i) {
        q[i] = static_cast<int8_t>((q[2 * i] & 15) | ((q[2 * i + 1] & 15) << 4));
      }
      q.resize((q.size() + 1) / 2);
    }
    weights[name] = std::move(exact);
    add_bytes(name, type, {rows, columns}, q.data(), q.size());
    add_floats(name + ".scale", wide ? std::vector{rows} : std::vector{rows, groups}, scale);
  }

  void add_layer_group(int64_t rows, int64_t history, int64_t dummy_width = 0) {
    const int64_t row = int64_t{spec.kv_heads} * spec.head_dim;
    const std::vector<int64_t> cache =
        history > 0 ? std::vector<int64_t>{1, history, row}
                    : std::vector<int64_t>{1, 1, dummy_width > 0 ? dummy_width : row};
    const auto bf16 = ElementType::kBfloat16;
    container.groups.push_back({{{"K_cache", bf16, cache},
                                 {"V_cache", bf16, cache},
                                 {"indices", ElementType::kUint32, {1, rows}},
                                 {"input", bf16, {1, rows, spec.hidden}},
                                 {"mask", bf16, {1, rows, history + rows}}},
                                {{"K_cache_out", bf16, {1, rows, row}},
                                 {"V_cache_out", bf16, {1, rows, row}},
                                 {"output", bf16, {1, rows, spec.hidden}}}});
  }
};

struct LayerOptions {
  ElementType type = ElementType::kBfloat16;
  bool bias = false;
  bool head_norm = false;
  bool interleaved = false;
};

// Decode over 32 rows; a chunk of 8 without history, whose dummy is [1,1,H]; a chunk of 8 over 16.
enum : size_t { kDecode = 0, kFirstChunk = 1, kNextChunk = 2 };
inline TestModel test_layer(LayerOptions options = {}) {
  TestModel model;
  LayerSpec& spec = model.spec;
  spec.hidden = 64;
  spec.heads = 4;
  spec.kv_heads = 2;
  spec.head_dim = 16;
  spec.feed_forward = 192;
  spec.rope_interleaved = options.interleaved;
  model.container.metadata = write_layer_spec(spec);
  const auto ones_or_so = [](size_t count, uint32_t seed) {
    Doubles values = random_values(count, 0.25, seed);
    for (double& value : values) value += 1;
    return values;
  };
  model.add_floats("attn_norm", {64}, ones_or_so(64, 1));
  model.add_floats("ffn_norm", {64}, ones_or_so(64, 2));
  if (options.bias) {
    model.add_floats("q_bias", {64}, random_values(64, 0.5, 3));
    model.add_floats("k_bias", {32}, random_values(32, 0.5, 4));
    model.add_floats("v_bias", {32}, random_values(32, 0.5, 5));
  }
  if (options.head_norm) {
    model.add_floats("q_norm", {16}, ones_or_so(16, 6));
    model.add_floats("k_norm", {16}, ones_or_so(16, 7));
  }
  model.add_matrix("q", 64, 64, options.type, 10);
  model.add_matrix("k", 32, 64, options.type, 11);
  model.add_matrix("v", 32, 64, options.type, 12);
  model.add_matrix("o", 64, 64, options.type, 13);
  model.add_matrix("gate", 192, 64, options.type, 14);
  model.add_matrix("up", 192, 64, options.type, 15);
  model.add_matrix("down", 64, 192, options.type, 16);
  model.add_layer_group(1, 32);
  model.add_layer_group(8, 0, spec.hidden);
  model.add_layer_group(8, 16);
  return model;
}

constexpr double kBlocked = -65536;

// Inputs of one run of a layer, and its outputs, poisoned before.
struct LayerRun {
  std::vector<Bf16> keys, values;
  std::vector<uint32_t> indices;
  std::vector<Bf16> input, mask;
  std::vector<Bf16> key_out, value_out, output;

  void run(Program& program, size_t group) {
    const std::span<const std::byte> inputs[] = {
        std::as_bytes(std::span(keys)), std::as_bytes(std::span(values)),
        std::as_bytes(std::span(indices)), std::as_bytes(std::span(input)),
        std::as_bytes(std::span(mask))};
    const std::span<std::byte> outputs[] = {std::as_writable_bytes(std::span(key_out)),
                                            std::as_writable_bytes(std::span(value_out)),
                                            std::as_writable_bytes(std::span(output))};
    program.run(group, inputs, outputs);
  }
};

inline constexpr Bf16 kPoison = 0x7fff;

// `filled` rows of history are visible, and the chunk's first `real` rows causally; all else is
// blocked. Cache rows that are not filled hold zeroes.
inline LayerRun layer_run(const TestModel& model, size_t group, size_t filled, size_t real,
                          uint32_t seed = 100) {
  const auto hidden = static_cast<size_t>(model.spec.hidden);
  const auto row = static_cast<size_t>(model.spec.kv_heads * model.spec.head_dim);
  const auto& inputs = model.container.groups[group].inputs;
  const auto rows = static_cast<size_t>(inputs[2].dims[1]);
  const auto width = static_cast<size_t>(inputs[4].dims[2]);
  const size_t history = width - rows;
  LayerRun run;
  run.keys = bf16s(random_values(filled * row, 1.5, seed));
  run.values = bf16s(random_values(filled * row, 1.5, seed + 1));
  const auto cache = static_cast<size_t>(inputs[0].dims[1] * inputs[0].dims[2]);
  run.keys.resize(cache);
  run.values.resize(cache);
  run.input = bf16s(random_values(rows * hidden, 2, seed + 2));
  run.mask.assign(rows * width, bf16_of(kBlocked));
  for (size_t y = 0; y < rows; ++y) {
    run.indices.push_back(static_cast<uint32_t>(filled + y));
    if (y >= real) continue;
    for (size_t x = 0; x < filled; ++x) run.mask[y * width + x] = 0;
    for (size_t x = 0; x <= y; ++x) run.mask[y * width + history + x] = 0;
  }
  run.key_out.assign(rows * row, kPoison);
  run.value_out.assign(rows * row, kPoison);
  run.output.assign(rows * hidden, kPoison);
  return run;
}

inline Doubles reference_product(const Doubles& matrix, const Doubles& x) {
  Doubles result(matrix.size() / x.size());
  for (size_t row = 0; row < result.size(); ++row) {
    for (size_t i = 0; i < x.size(); ++i) result[row] += matrix[row * x.size() + i] * x[i];
  }
  return result;
}

inline void reference_norm(std::span<double> x, const Doubles& weight, double epsilon) {
  double squares = 0;
  for (const double value : x) squares += value * value;
  const double scale = 1 / std::sqrt(squares / static_cast<double>(x.size()) + epsilon);
  for (size_t i = 0; i < x.size(); ++i) x[i] *= scale * weight[i];
}

inline void reference_rope(std::span<double> head, double position, const LayerSpec& spec) {
  const size_t half = head.size() / 2;
  for (size_t i = 0; i < half; ++i) {
    const double turn =
        position * std::pow(spec.rope_base, -static_cast<double>(i) / static_cast<double>(half));
    double& a = spec.rope_interleaved ? head[2 * i] : head[i];
    double& b = spec.rope_interleaved ? head[2 * i + 1] : head[i + half];
    const double old_a = a;
    a = a * std::cos(turn) - b * std::sin(turn);
    b = old_a * std::sin(turn) + b * std::cos(turn);
  }
}

struct Reference {
  Doubles key_out, value_out, output;
};

class ReferenceLayer {
 public:
  explicit ReferenceLayer(const TestModel& model) : spec_(model.spec), w_(model.weights) {}

  Reference run(const LayerRun& run) const {
    const auto hidden = static_cast<size_t>(spec_.hidden);
    const size_t rows = run.indices.size();
    const auto head = static_cast<size_t>(spec_.head_dim);
    const size_t row = static_cast<size_t>(spec_.kv_heads) * head;
    const size_t width = run.mask.size() / rows;
    const size_t history = width - rows;
    Reference result;
    Doubles queries, keys, values, inputs;
    for (size_t i = 0; i < history * row; ++i) keys.push_back(value_of(run.keys[i]));
    for (size_t i = 0; i < history * row; ++i) values.push_back(value_of(run.values[i]));
    for (size_t y = 0; y < rows; ++y) {
      Doubles x(hidden);
      for (size_t i = 0; i < hidden; ++i) x[i] = value_of(run.input[y * hidden + i]);
      append(inputs, x);
      reference_norm(x, w_.at("attn_norm"), spec_.norm_epsilon);
      append(queries, heads("q", x, run.indices[y]));
      append(result.key_out, heads("k", x, run.indices[y]));
      append(result.value_out, biased("v", x));
    }
    for (const double key : result.key_out) keys.push_back(rounded(key));
    for (const double value : result.value_out) values.push_back(rounded(value));
    for (size_t y = 0; y < rows; ++y) {
      const std::span<const Bf16> mask = std::span(run.mask).subspan(y * width, width);
      const size_t q_row = queries.size() / rows;
      const Doubles q(queries.begin() + static_cast<long>(y * q_row),
                      queries.begin() + static_cast<long>((y + 1) * q_row));
      Doubles x = reference_product(w_.at("o"), attend(q, keys, values, mask, row));
      for (size_t i = 0; i < hidden; ++i) x[i] += inputs[y * hidden + i];
      append(result.output, with_feed_forward(x));
    }
    return result;
  }

 private:
  static void append(Doubles& to, const Doubles& more) {
    to.insert(to.end(), more.begin(), more.end());
  }

  Doubles biased(const std::string& name, const Doubles& x) const {
    Doubles y = reference_product(w_.at(name), x);
    const auto bias = w_.find(name + "_bias");
    for (size_t i = 0; bias != w_.end() && i < y.size(); ++i) y[i] += bias->second[i];
    return y;
  }

  Doubles heads(const std::string& name, const Doubles& x, double position) const {
    Doubles y = biased(name, x);
    const auto norm = w_.find(name + "_norm");
    const auto size = static_cast<size_t>(spec_.head_dim);
    for (size_t at = 0; at < y.size(); at += size) {
      const std::span head = std::span(y).subspan(at, size);
      if (norm != w_.end()) reference_norm(head, norm->second, spec_.norm_epsilon);
      reference_rope(head, position, spec_);
    }
    return y;
  }

  Doubles attend(const Doubles& q, const Doubles& keys, const Doubles& values,
                 std::span<const Bf16> mask, size_t row) const {
    const auto head = static_cast<size_t>(spec_.head_dim);
    Doubles result(q.size());
    for (size_t h = 0; h < static_cast<size_t>(spec_.heads); ++h) {
      const size_t kv = h / static_cast<size_t>(spec_.heads / spec_.kv_heads) * head;
      Doubles part(mask.size());
      double most = -INFINITY;
      for (size_t j = 0; j < part.size(); ++j) {
        for (size_t d = 0; d < head; ++d) part[j] += q[h * head + d] * keys[j * row + kv + d];
        part[j] = part[j] / std::sqrt(static_cast<double>(head)) + value_of(mask[j]);
        most = std::max(most, part[j]);
      }
      double sum = 0;
      for (double& p : part) sum += p = std::exp(p - most);
      for (size_t j = 0; j < part.size(); ++j) {
        for (size_t d = 0; d < head; ++d) {
          result[h * head + d] += part[j] / sum * values[j * row + kv + d];
        }
      }
    }
    return result;
  }

  Doubles with_feed_forward(const Doubles& x) const {
    Doubles normed = x;
    reference_norm(normed, w_.at("ffn_norm"), spec_.norm_epsilon);
    Doubles gate = reference_product(w_.at("gate"), normed);
    const Doubles up = reference_product(w_.at("up"), normed);
    for (size_t i = 0; i < gate.size(); ++i) gate[i] *= up[i] / (1 + std::exp(-gate[i]));
    Doubles y = reference_product(w_.at("down"), gate);
    for (size_t i = 0; i < x.size(); ++i) y[i] += x[i];
    return y;
  }

  const LayerSpec& spec_;
  const std::map<std::string, Doubles>& w_;
};

// In bf16 steps of each element's own size, or of the typical size where it is a small difference
// of larger numbers: each within three (the products round their inputs to bf16), 0.7 of one on
// average.
inline void expect_close(std::span<const Bf16> got, std::span<const double> want) {
  ASSERT_EQ(got.size(), want.size());
  double squares = 0;
  for (const double value : want) squares += value * value;
  const double typical = std::sqrt(squares / static_cast<double>(want.size()));
  double sum = 0;
  for (size_t i = 0; i < got.size(); ++i) {
    const double step = std::max(std::abs(want[i]), typical) / 256;
    EXPECT_NEAR(value_of(got[i]), want[i], 3 * step) << "element " << i;
    sum += std::abs(value_of(got[i]) - want[i]) / step;
  }
  EXPECT_LT(sum / static_cast<double>(got.size()), 0.7);
}

inline std::unique_ptr<Program> program_of(const TestModel& model, int threads = 2) {
  auto program = Program::create(model.container, model.file, threads);
  EXPECT_TRUE(program) << program.error().text();
  return *std::move(program);
}

}  // namespace axllama::standin
