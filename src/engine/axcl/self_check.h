// Finds out, on this very card, which shortcuts give the same bits as the plain path.
#pragma once

#include <string>
#include <vector>

#include "engine/axcl/decoder.h"
#include "engine/axcl/embedding_table.h"

namespace axllama::npu {

struct Verdict {
  Shortcuts good;
  std::vector<std::string> off;  // "kv_in_place: row 2 of 3 differs", one for each that is off
};

// Decodes a few tokens both ways in `slot`, which is left with finite rows but no meaning, and
// compares logits and the new keys and values bit for bit. A shortcut that differs, or that the
// driver refuses, is off. The error of the plain path is the error.
Result<Verdict> self_check(const axcl::Functions& call, const axmodel::ModelFolder& folder,
                           const SlotCache& slot, const EmbeddingTable& embeddings,
                           Decoder& decoder, HeadRunner& head, Shortcuts wanted);

}  // namespace axllama::npu
