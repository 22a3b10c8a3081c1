// A part of a model folder on a card: layers, perhaps the head, and where their tensors stand.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "axcl/model.h"
#include "axcl/runtime.h"
#include "axmodel/folder.h"
#include "engine/engine.h"

namespace axllama::npu {

// Numbers of the tensors in Model::inputs() and outputs().
struct LayerTensors {
  size_t keys = 0;  // inputs
  size_t values = 0;
  size_t indices = 0;
  size_t input = 0;
  size_t mask = 0;
  size_t keys_out = 0;  // outputs
  size_t values_out = 0;
  size_t output = 0;
};

struct Layer {
  axcl::Model model;
  LayerTensors tensors;
};

struct Head {
  axcl::Model model;
  size_t input = 0;  // inputs
  // Outputs, those that it has.
  std::optional<size_t> logits;
  std::optional<size_t> ids;     // of a head with top-k
  std::optional<size_t> hidden;  // its row after the final norm
};

struct LoadedModel {
  std::vector<Layer> layers;
  std::optional<Head> head;  // absent where the folder names none
  uint64_t bytes = 0;        // card memory that all of it takes
};

// Bytes on the card: what was free before the load, and what must stay free.
struct MemoryGuard {
  uint64_t free = 0;   // at least; 0: unknown, nothing is guarded
  uint64_t floor = 0;  // never crossed
  uint64_t later = 0;  // wanted for caches and buffers once the weights are there
  // What is free now, where `free` was only tried and there may be more; asked once, on the card's
  // thread. 0: unknown.
  std::function<uint64_t()> ask = {};

  // Whether the load, which has taken `used`, may take `more` and leave the floor.
  bool admits(uint64_t used, uint64_t more);
};

// Loads file after file, in order, and reads the next one ahead meanwhile. kNoMemory before the
// first byte when it can't fit, with the numbers, and in the middle when files take more than they
// said: what one of them took is expected of the next. kCanceled when `progress` says so; else the
// failed file and why. What was loaded is unloaded then.
Result<LoadedModel> load_model(const axcl::Functions& call, const axmodel::ModelFolder& folder,
                               MemoryGuard& guard, const LoadProgress& progress);

}  // namespace axllama::npu
