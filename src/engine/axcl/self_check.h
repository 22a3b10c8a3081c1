// Finds out, on this very card, which shortcuts give the same bits as the plain path.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/axcl/decoder.h"
#include "engine/axcl/embedding_table.h"
#include "engine/axcl/prefill.h"

namespace axllama::npu {

struct OffShortcut {
  std::string name;  // of kShortcuts
  std::string why;   // "the logits of token 2 differ"
  bool operator==(const OffShortcut&) const = default;
};

struct Verdict {
  Shortcuts good;
  std::vector<OffShortcut> off;  // those that were wanted and are not good
  // Only differences and refusals spoke against them, not a card that was busy or did not answer:
  // the next load would find the same.
  bool lasting = true;
  std::string bits;         // digest of what the plain path gave
  bool remembered = false;  // confirmed by one run, not searched for
};

struct CheckPlan {
  Shortcuts wanted = kFast;
  // Those that this driver is thought to do: tried together first, the others on top of them.
  Shortcuts likely = kFast;
  std::optional<Verdict> remembered = {};  // of an earlier load, with its bits
};

// What a check works with. The rows of `embeddings` stand for what earlier layers would give where
// the model's first ones are elsewhere; without `head` the last layer's output is compared.
struct CheckedParts {
  const axcl::Functions& call;
  const axmodel::ModelFolder& folder;
  const SlotCache& slot;
  const EmbeddingTable& embeddings;
  Decoder& decoder;
  Prefill* prefill = nullptr;
  HeadRunner* head = nullptr;
};

// Decodes a few tokens both ways in `slot`, brings a chunk through the first layers, and compares
// logits, hidden rows, and the new keys and values bit for bit. The slot is left with finite rows
// but no meaning. A shortcut that differs, or that the driver refuses, is off. A remembered verdict
// holds when one run with what it calls good gives the bits that the plain path gave then; if it
// doesn't, all is searched again. The error of the plain path is the error.
Result<Verdict> self_check(const CheckedParts& parts, const CheckPlan& plan);

}  // namespace axllama::npu
