// Texts to vectors: the pieces in which a text is evaluated, and how their rows become one vector.
// Knows no card. What the rows are, and why: axmodel/folder_embedding.h.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <vector>

#include "axmodel/folder.h"
#include "base/result.h"
#include "engine/axcl/plan.h"
#include "token/vocabulary.h"

namespace axllama::npu {

// Takes a token's row behind the last layer, through the final norm where the head gives that:
// bf16 [hidden], valid until it returns.
using HiddenSink = std::function<void(std::span<const uint16_t> row)>;

// Evaluates a piece of a text, whose tokens before it are in the cache, and hands out in order the
// rows from `first` on; first == piece.rows: none.
using PieceRunner = std::function<Result<void>(const Piece& piece, std::span<const Token> tokens,
                                               int first, const HiddenSink& sink)>;

// The vector of a text by folder.pooling, [hidden], not normalised. kInvalidArgument: there are no
// tokens, more than folder.context(), or one that the embedding table has not. kCanceled between
// two pieces, when `stop` asks. The runner's errors.
Result<std::vector<float>> embed_text(const axmodel::ModelFolder& folder, const Costs& costs,
                                      std::span<const Token> tokens, const PieceRunner& run,
                                      const std::stop_token& stop);

}  // namespace axllama::npu
