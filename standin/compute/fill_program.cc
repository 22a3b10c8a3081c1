#include "standin/compute/fill_program.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "standin/compute/cost.h"
#include "standin/compute/group_shape.h"

namespace axllama::standin {
namespace {

using axmodel::ElementType;
using axmodel::Tensor;

constexpr size_t kSamples = 64;
constexpr uint32_t kUnknownVocabulary = 1000;  // ids below it exist in every model

// The finaliser of splitmix64.
uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

uint64_t sample(std::span<const std::byte> bytes, uint64_t hash) {
  hash = mix(hash + bytes.size());
  if (bytes.size() < sizeof(uint64_t)) {
    for (const std::byte byte : bytes) hash = mix(hash + std::to_integer<uint64_t>(byte) + 1);
    return hash;
  }
  const size_t last = bytes.size() - sizeof(uint64_t);
  for (size_t i = 0; i < kSamples; ++i) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + last * i / (kSamples - 1), sizeof word);
    hash = mix(hash ^ word);
  }
  return hash;
}

// Turns random bits into a finite number between 2^-7 and 2^-3, of either sign.
struct Format {
  uint64_t keep;  // of each element in eight bytes
  uint64_t set;
  uint64_t peak;  // 1.0
};
Format format_of(ElementType type) {
  switch (type) {
    case ElementType::kBfloat16:
      return {0x81ff81ff81ff81ff, 0x3c003c003c003c00, 0x3f80};
    case ElementType::kFloat16:
      return {0x8fff8fff8fff8fff, 0x2000200020002000, 0x3c00};
    case ElementType::kFloat:
      return {0x81ffffff81ffffff, 0x3c0000003c000000, 0x3f800000};
    case ElementType::kDouble:
      return {0x803fffffffffffff, 0x3f80000000000000, 0x3ff0000000000000};
    default:
      return {~uint64_t{0}, 0, 0};
  }
}

// A block of random elements, repeated.
void fill_with_blocks(std::span<std::byte> out, const Format& format, uint64_t hash) {
  std::array<uint64_t, 512> block;
  size_t written = std::min(out.size(), sizeof block);
  for (size_t i = 0; i * sizeof(uint64_t) < written; ++i) {
    block[i] = (mix(hash + i * 0x9e3779b97f4a7c15) & format.keep) | format.set;
  }
  std::memcpy(out.data(), block.data(), written);
  while (written < out.size()) {
    const size_t more = std::min(written, out.size() - written);
    std::memcpy(out.data() + written, out.data(), more);
    written += more;
  }
}

void set_peaks(std::span<std::byte> out, const Tensor& tensor, const Format& format,
               uint64_t hash) {
  const auto element = static_cast<size_t>(axmodel::element_bits(tensor.type)) / 8;
  const auto width = tensor.dims.empty() ? size_t{1} : static_cast<size_t>(tensor.dims.back());
  if (format.peak == 0 || width == 0) return;
  for (size_t row = 0; (row + 1) * width * element <= out.size(); ++row) {
    const size_t at = row * width + mix(hash ^ (row + 1)) % width;
    std::memcpy(out.data() + at * element, &format.peak, element);
  }
}

void fill(const Tensor& tensor, std::span<std::byte> out, uint64_t hash) {
  const Format format = format_of(tensor.type);
  fill_with_blocks(out, format, hash);
  set_peaks(out, tensor, format, hash);
}

// Values one bf16 step apart, downwards from 1.
void fill_descending(std::span<std::byte> out, size_t width) {
  for (size_t i = 0; (i + 1) * sizeof(uint16_t) <= out.size(); ++i) {
    const auto bits = static_cast<uint16_t>(0x3f80 - i % width);
    std::memcpy(out.data() + i * sizeof bits, &bits, sizeof bits);
  }
}

void fill_ids(std::span<std::byte> out, size_t width, uint32_t vocabulary, uint64_t hash) {
  for (size_t i = 0; (i + 1) * sizeof(uint32_t) <= out.size(); ++i) {
    const auto id = static_cast<uint32_t>((mix(hash ^ (i / width)) + i % width) % vocabulary);
    std::memcpy(out.data() + i * sizeof id, &id, sizeof id);
  }
}

class FillProgram final : public Program {
 public:
  FillProgram(const axmodel::Container& container, const LayerSpec& spec)
      : groups_(container.groups),
        vocabulary_(spec.vocabulary > 0 ? static_cast<uint32_t>(spec.vocabulary)
                                        : kUnknownVocabulary) {
    for (size_t i = 0; i < groups_.size(); ++i) costs_.push_back(group_cost(container, spec, i));
  }

  bool computes() const override { return false; }
  Cost cost(size_t group) const override { return costs_[group]; }

  void run(size_t group, std::span<const std::span<const std::byte>> inputs,
           std::span<const std::span<std::byte>> outputs) override {
    uint64_t hash = group;
    for (const auto& input : inputs) hash = sample(input, hash);
    const auto& tensors = groups_[group].outputs;
    const size_t ids = position(tensors, "indices");
    for (size_t i = 0; i < outputs.size(); ++i) {
      const bool top_k = ids < tensors.size() && tensors[ids].type == ElementType::kUint32;
      const size_t width = tensors[i].dims.empty()
                               ? 1
                               : static_cast<size_t>(std::max<int64_t>(1, tensors[i].dims.back()));
      if (top_k && i == ids) {
        fill_ids(outputs[i], width, vocabulary_, hash);
      } else if (top_k && tensors[i].type == ElementType::kBfloat16) {
        fill_descending(outputs[i], width);
      } else {
        fill(tensors[i], outputs[i], mix(hash + i + 1));
      }
    }
  }

 private:
  std::vector<axmodel::Group> groups_;
  uint32_t vocabulary_;
  std::vector<Cost> costs_;
};

}  // namespace

std::unique_ptr<Program> make_fill_program(const axmodel::Container& container,
                                           const LayerSpec& spec) {
  return std::make_unique<FillProgram>(container, spec);
}

}  // namespace axllama::standin
