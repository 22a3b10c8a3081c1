// The engine for the AX650: a model folder on one card or several, over the AXCL runtime.
//
// A model that fits on one card is loaded on each: replicas. One that is too large is split by
// layers over as few cards as suffice. Each card has a thread of its own, and only those threads
// use cards; a step runs on all cards at the same time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "axcl/runtime.h"
#include "base/result.h"
#include "engine/axcl/shortcuts.h"
#include "engine/engine.h"

namespace axllama {

struct AxclSpec {
  std::string folder;  // of the model
  // Conversations of each replica; fewer where the cards' memory does not suffice. The engine's
  // slots go round the replicas (0 on the first, 1 on the second, ...), so that whoever takes the
  // slot that was unused longest spreads his load over the cards.
  int slots = 1;
  // For the vocabulary file that is made of the folder's tokenizer. The verdicts of the self-check
  // are remembered in the folder "verdicts" beside it. Empty: no verdict is remembered.
  std::string cache_folder;
  // Ids of the cards; empty: all that are connected. Cards that are named must do. Of the others,
  // those on which the model finds no room, and those that fail, are told in the log and left out.
  std::vector<int32_t> devices = {};
  npu::Shortcuts shortcuts = npu::kFast;  // those that may be used if the self-check agrees
};

// `runtime` is shared: it must outlive whichever engine ends last. Loads for seconds to minutes;
// `progress` is called on this thread. Any error of describe_folder, load_model and the
// vocabulary's; kUnavailable when there is no card, kNotFound for one that was named and isn't
// there; kNoMemory with the numbers. Everything is given back when it fails.
Result<std::unique_ptr<Engine>> load_axcl_engine(std::shared_ptr<const axcl::Runtime> runtime,
                                                 const AxclSpec& spec,
                                                 const LoadProgress& progress = {});

}  // namespace axllama
