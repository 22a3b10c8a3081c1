// A model's weights as initializers of .axmodel files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "axmodel/writer.h"
#include "standin/pack/plan.h"
#include "standin/pack/quantise.h"
#include "standin/pack/source.h"

namespace axllama::pack {

// Asked between pieces; true ends the work with kCanceled.
using Canceled = std::function<bool()>;

struct ContainerOptions {
  WeightType weights = WeightType::kBf16;
  std::string producer_version = "5.2";
  Canceled canceled = {};  // empty: never
};

// kUnsupported when `type` can't hold rows of the model's widths, which for int4 must be even.
Result<void> check_widths(const Hyperparameters& sizes, WeightType type);

// What the file of one layer holds. `source` must outlive it.
axmodel::ContainerWriter layer_container(const Source& source, int layer, const Contexts& contexts,
                                         const ContainerOptions& options);
// What the head's file holds. `top_k` 0: all logits, if `form` gives any.
axmodel::ContainerWriter head_container(const Source& source, HeadForm form, int top_k,
                                        const ContainerOptions& options);
// A file without weights: `parameters` bytes of them as a hole, and `code` bytes of NPU code.
axmodel::ContainerWriter shape_container(std::vector<axmodel::Group> groups,
                                         const Hyperparameters& sizes, uint64_t parameters,
                                         uint64_t code, const std::string& producer_version);

// Writes the embedding table, [vocabulary, hidden] bf16 without a header, whole or not at all.
Result<void> write_embedding(const SourceTensor& table, const std::filesystem::path& path,
                             const Canceled& canceled);

}  // namespace axllama::pack
