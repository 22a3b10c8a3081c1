// AXERA's tokenizer text file (spec/models.md 5): "430 KIND", the special, stop and prefix ids, the
// vocabulary line by line, and the merges.
#pragma once

#include <string>

#include "base/result.h"
#include "standin/pack/tokenizer.h"

namespace axllama::pack {

enum class TextKind {
  kAutomatic = -1,     // 0 for SentencePiece; for BPE 1 where ids say the ranks, else 3
  kSentencePiece = 0,  // base64, score, type
  kTiktoken = 1,       // base64 of raw bytes, no merges
  kHuggingFaceBpe = 3  // text in the byte alphabet, merges, pre-tokenizer family
};

// The whole file. kUnsupported for a tokenizer of the other sort than `kind`, or one that is none.
Result<std::string> tokenizer_text(const Tokenizer& tokenizer, TextKind kind);

// True when merging the pair whose joined token has the lowest id gives what the merge list gives:
// each merge's result has a higher id than that of the merge before it.
bool ids_give_merge_order(const Tokenizer& tokenizer);

}  // namespace axllama::pack
