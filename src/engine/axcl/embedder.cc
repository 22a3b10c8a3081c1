#include "engine/axcl/embedder.h"

#include <bit>
#include <string>

namespace axllama::npu {
namespace {

Result<void> check_text(const axmodel::ModelFolder& folder, std::span<const Token> tokens) {
  if (tokens.empty()) return fail(ErrorCode::kInvalidArgument, "there are no tokens to embed");
  if (tokens.size() > static_cast<size_t>(folder.context())) {
    return fail(ErrorCode::kInvalidArgument, std::to_string(tokens.size()) +
                                                 " tokens to embed; at most " +
                                                 std::to_string(folder.context()));
  }
  for (const Token token : tokens) {
    if (token >= 0 && token < folder.embedding_rows) continue;
    return fail(ErrorCode::kInvalidArgument, "there is no token " + std::to_string(token));
  }
  return {};
}

// The first row of a piece that the vector is made of.
int first_row(axmodel::EmbeddingPooling pooling, const Piece& piece, size_t tokens) {
  if (pooling == axmodel::EmbeddingPooling::kMean) return 0;
  const bool last = static_cast<size_t>(piece.start + piece.rows) == tokens;
  return last ? piece.rows - 1 : piece.rows;
}

void add_row(std::vector<float>& sum, std::span<const uint16_t> row) {
  for (size_t i = 0; i < sum.size(); ++i) {
    sum[i] += std::bit_cast<float>(static_cast<uint32_t>(row[i]) << 16);
  }
}

}  // namespace

Result<std::vector<float>> embed_text(const axmodel::ModelFolder& folder, const Costs& costs,
                                      std::span<const Token> tokens, const PieceRunner& run,
                                      const std::stop_token& stop) {
  AX_CHECK(check_text(folder, tokens));
  std::vector<float> sum(static_cast<size_t>(folder.hidden), 0.0F);
  int rows = 0;
  const auto add = [&](std::span<const uint16_t> row) {
    add_row(sum, row);
    ++rows;
  };
  for (const Piece& piece : plan(folder, 0, static_cast<int>(tokens.size()), costs)) {
    if (stop.stop_requested()) return fail(ErrorCode::kCanceled, "request canceled");
    const auto part =
        tokens.subspan(static_cast<size_t>(piece.start), static_cast<size_t>(piece.rows));
    AX_CHECK(run(piece, part, first_row(folder.pooling, piece, tokens.size()), add));
  }
  for (float& value : sum) value /= static_cast<float>(rows);
  return sum;
}

}  // namespace axllama::npu
