// The engine for the AX650: a model folder on one card, over the AXCL runtime.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "axcl/runtime.h"
#include "base/result.h"
#include "engine/axcl/shortcuts.h"
#include "engine/engine.h"

namespace axllama {

struct AxclSpec {
  std::string folder;        // of the model
  int slots = 1;             // conversations; fewer when the card's memory does not suffice
  std::string cache_folder;  // for the vocabulary file that is made of the folder's tokenizer
  std::optional<int32_t> device = {};     // id; absent: the first card
  npu::Shortcuts shortcuts = npu::kFast;  // those that may be used if the self-check agrees
};

// `runtime` is shared: it must outlive whichever engine ends last. Loads for seconds to minutes.
// Any error of describe_folder, load_model and the vocabulary's; kUnavailable when there is no
// card; kNoMemory with the numbers. Everything is given back when it fails.
Result<std::unique_ptr<Engine>> load_axcl_engine(std::shared_ptr<const axcl::Runtime> runtime,
                                                 const AxclSpec& spec,
                                                 const LoadProgress& progress = {});

}  // namespace axllama
