// One run of a model's group on buffers in card memory.
#pragma once

#include "axcl/abi.h"
#include "standin/runtime/card.h"
#include "standin/runtime/io.h"
#include "standin/runtime/model.h"
#include "standin/runtime/settings.h"

namespace axllama::standin {

// Resolves the buffers, judges them and computes. One at a time for each card: the caller holds
// card.run_mutex. 0, or 0x8030070c with the reason on stderr.
axcl::Code run_model(Card& card, const Model& model, uint32_t group, const Bindings& bindings,
                     const Settings& settings);

}  // namespace axllama::standin
