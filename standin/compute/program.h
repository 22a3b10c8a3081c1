// One generated .axmodel, ready to run on the CPU: what the card's NPU would compute.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "axmodel/container.h"
#include "base/result.h"

namespace axllama::standin {

// The work of one run of a group, for the timing model.
struct Cost {
  uint64_t bytes = 0;  // weights, cache rows and activations that are read or written
  uint64_t multiply_adds = 0;
};

// AXCL_STANDIN_THREADS, else the number of physical cores that this process may use.
int default_threads();

class Program {
 public:
  virtual ~Program() = default;

  // `file` is the whole container; it must stay valid as long as the program lives. A container
  // that carries no description for the stand-in (a vendor's real file, or a --shape file) gets a
  // program that fills its outputs with a cheap, deterministic function of its inputs.
  // Results do not depend on `threads`. kCorrupt: the description and the weights contradict each
  // other. kUnavailable: no CPU backend of ggml.
  static Result<std::unique_ptr<Program>> create(const axmodel::Container& container,
                                                 std::span<const std::byte> file,
                                                 int threads = default_threads());

  // False for programs that only fill.
  virtual bool computes() const = 0;
  virtual Cost cost(size_t group) const = 0;
  // Inputs and outputs in the container's order, each of exactly its tensor's size. Any thread, one
  // run at a time of one program; runs of different programs that compute follow each other. Inputs
  // are read before outputs are written: an output may lie in an input.
  virtual void run(size_t group, std::span<const std::span<const std::byte>> inputs,
                   std::span<const std::span<std::byte>> outputs) = 0;
};

}  // namespace axllama::standin
