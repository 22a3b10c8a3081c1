#include "axmodel/container.h"

#include <algorithm>
#include <set>

#include "axmodel/groups.h"
#include "axmodel/onnx_model.h"
#include "axmodel/quoted_name.h"
#include "base/mapped_file.h"

namespace axllama::axmodel {
namespace {

// What downloads that went wrong leave in place of a container.
Result<void> check_is_a_model(std::span<const std::byte> file) {
  constexpr std::string_view kPointer = "version https://git-lfs";
  constexpr const char* kHint = "the download is not complete; fetch the real file";
  if (file.empty()) return fail(ErrorCode::kCorrupt, "the file is empty", kHint);
  const size_t length = std::min(file.size(), kPointer.size());
  if (std::string_view(reinterpret_cast<const char*>(file.data()), length) == kPointer) {
    return fail(ErrorCode::kCorrupt, "this is a Git LFS pointer, not the file it stands for",
                "fetch the real file, e.g. with git lfs pull");
  }
  return {};
}

// "5.2" out of "Pulsar2 Version:  5.2\nPulsar2 Commit: ...".
std::string version_in(std::string_view doc_string) {
  constexpr std::string_view kLabel = "Version:";
  constexpr std::string_view kBlank = " \t\r";
  const size_t label = doc_string.find(kLabel);
  if (label == std::string_view::npos) return {};
  std::string_view line = doc_string.substr(label + kLabel.size());
  line = line.substr(0, line.find('\n'));
  const size_t first = line.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return std::string(line.substr(first, line.find_last_not_of(kBlank) - first + 1));
}

Result<std::vector<Initializer>> make_initializers(const std::vector<OnnxTensor>& tensors) {
  std::vector<Initializer> made;
  std::set<std::string_view> names;
  for (const OnnxTensor& tensor : tensors) {
    const auto name = [&tensor] { return "initializer " + quoted_name(tensor.name); };
    if (!names.insert(tensor.name).second) return corrupt_at(tensor.offset, "a second " + name());
    if (std::ranges::any_of(tensor.dims, [](int64_t size) { return size < 0; })) {
      return corrupt_at(tensor.offset, name() + " has a negative dimension");
    }
    if (tensor.external) {
      return fail(ErrorCode::kUnsupported, "at byte " + std::to_string(tensor.offset) + ": " +
                                               name() + " keeps its data in another file");
    }
    made.push_back({std::string(tensor.name), static_cast<ElementType>(tensor.type), tensor.dims,
                    tensor.data_offset, tensor.data_bytes, tensor.raw});
  }
  return made;
}

Result<void> add_metadata(const OnnxModel& model, Container& container) {
  for (const auto& [key, value] : model.metadata) {
    if (!container.metadata.try_emplace(std::string(key), value).second) {
      return fail(ErrorCode::kCorrupt, "a second metadata entry " + quoted_name(key));
    }
  }
  return {};
}

}  // namespace

int element_bits(ElementType type) {
  switch (type) {
    case ElementType::kUndefined:
      return 0;
    case ElementType::kUint4:
    case ElementType::kInt4:
      return 4;
    case ElementType::kUint8:
    case ElementType::kInt8:
      return 8;
    case ElementType::kUint16:
    case ElementType::kInt16:
    case ElementType::kFloat16:
    case ElementType::kBfloat16:
      return 16;
    case ElementType::kFloat:
    case ElementType::kInt32:
    case ElementType::kUint32:
      return 32;
    case ElementType::kInt64:
    case ElementType::kDouble:
    case ElementType::kUint64:
      return 64;
  }
  return 0;
}

std::optional<uint64_t> data_bytes(ElementType type, std::span<const int64_t> dims) {
  uint64_t bits = static_cast<uint64_t>(element_bits(type));
  if (bits == 0) return std::nullopt;
  for (const int64_t size : dims) {
    if (size < 0) return std::nullopt;
    if (__builtin_mul_overflow(bits, static_cast<uint64_t>(size), &bits)) return std::nullopt;
  }
  return bits / 8 + (bits % 8 != 0 ? 1 : 0);
}

uint64_t Tensor::bytes() const {
  return data_bytes(type, dims).value_or(0);
}

uint64_t Container::weight_bytes() const {
  uint64_t sum = 0;
  for (const Initializer& weight : initializers) sum += weight.bytes;
  return sum;
}

const Initializer* Container::initializer(std::string_view name) const {
  const auto found = std::ranges::find(initializers, name, &Initializer::name);
  return found == initializers.end() ? nullptr : &*found;
}

Result<Container> parse_container(std::span<const std::byte> file) {
  AX_CHECK(check_is_a_model(file));
  AX_TRY(const OnnxModel model, read_onnx_model(file));
  if (!model.has_graph) return fail(ErrorCode::kCorrupt, "the file holds no graph");
  if (model.nodes.empty()) return fail(ErrorCode::kCorrupt, "the graph has no node");
  Container container;
  container.producer = model.producer;
  container.compiler_version = version_in(model.doc_string);
  container.graph = model.graph;
  container.file_bytes = file.size();
  AX_TRY(container.groups, find_groups(model));
  AX_TRY(container.initializers, make_initializers(model.initializers));
  AX_CHECK(add_metadata(model, container));
  return container;
}

Result<Container> read_container(const std::string& path) {
  AX_TRY(const MappedFile file, MappedFile::open(path));
  auto container = parse_container(file.bytes());
  if (!container) container.error().message.insert(0, path + ": ");
  return container;
}

}  // namespace axllama::axmodel
