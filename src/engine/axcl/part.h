// What one card gets of a model, and the card memory it needs. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "axmodel/folder.h"

namespace axllama::npu {

// Consecutive layers, and behind the last one the head.
struct Part {
  size_t first = 0;  // layer
  size_t layers = 0;
  bool head = false;
  bool operator==(const Part&) const = default;
};

// All of a model.
Part whole(const axmodel::ModelFolder& folder);

// A part as a folder of its own, as if the model had these layers only; without `head` its head is
// "". Sizes are those of the part.
axmodel::ModelFolder part_of(const axmodel::ModelFolder& folder, const Part& part);

// "layers 0 to 17", "layers 18 to 35 and the head", for logs and errors.
std::string describe(const Part& part);

// What to do when it is too much.
inline constexpr const char* kNoRoomHint =
    "unload other models, or choose one with fewer parameters, a smaller context or int4 weights; "
    "what killed programs held comes back with `axcl-smi reboot`";

// Bytes on a card, by what they are for. That is what must be free before the first byte of a part
// is sent.
struct PartBytes {
  uint64_t weights = 0;
  uint64_t largest_file = 0;  // a file is there twice while it is loaded
  uint64_t cache = 0;         // of one slot
  uint64_t buffers = 0;
  uint64_t all() const { return weights + largest_file + cache + buffers; }
};
PartBytes bytes_of(const axmodel::ModelFolder& folder, const Part& part);

}  // namespace axllama::npu
