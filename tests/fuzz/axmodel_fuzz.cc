// Feeds bytes to the reader of .axmodel containers. What it accepts must hold together.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "axmodel/container.h"

namespace {

using namespace axllama::axmodel;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const std::vector<Tensor>& tensors, const std::vector<Tensor>& first) {
  require(tensors.size() == first.size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    require(tensors[i].name == first[i].name && !tensors[i].name.empty());
    require(tensors[i].bytes() > 0 && tensors[i].bytes() < uint64_t{4} << 30);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto container = parse_container(std::as_bytes(std::span(data, size)));
  if (!container) return 0;
  require(!container->groups.empty() && container->file_bytes == size);
  require(container->weight_bytes() <= size);
  for (const Group& group : container->groups) {
    check(group.inputs, container->groups[0].inputs);
    check(group.outputs, container->groups[0].outputs);
  }
  for (const Initializer& weight : container->initializers) {
    require(weight.offset <= size && weight.bytes <= size - weight.offset);
    require(container->initializer(weight.name) == &weight);
  }
  return 0;
}
