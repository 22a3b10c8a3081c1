#include "engine/axcl/embedder.h"

#include <gtest/gtest.h>

#include <bit>
#include <numeric>

namespace axllama::npu {
namespace {

using axmodel::EmbeddingPooling;

// Context 10, chunks of 4 with histories of 0 and 4, rows of two numbers.
axmodel::ModelFolder folder(EmbeddingPooling pooling) {
  axmodel::ModelFolder folder;
  folder.hidden = 2;
  folder.chunk = 4;
  folder.embedding_rows = 100;
  folder.decode = {{0, 10}};
  folder.chunks = {{1, 0}, {2, 4}};
  folder.pooling = pooling;
  return folder;
}

uint16_t bf16(Token number) {
  return static_cast<uint16_t>(std::bit_cast<uint32_t>(static_cast<float>(number)) >> 16);
}

// Gives for each token the row [token, position], and keeps what it was asked to do.
struct FakeCard {
  std::vector<Piece> pieces;
  std::vector<Token> tokens;
  int rows = 0;
  std::stop_source stop;
  size_t stop_after = SIZE_MAX;  // pieces
  size_t fail_at = SIZE_MAX;

  Result<void> run(const Piece& piece, std::span<const Token> some, int first,
                   const HiddenSink& sink) {
    if (pieces.size() == fail_at) return fail(ErrorCode::kUnavailable, "the card is gone");
    pieces.push_back(piece);
    tokens.insert(tokens.end(), some.begin(), some.end());
    for (int row = first; row < piece.rows; ++row, ++rows) {
      const uint16_t values[] = {bf16(some[static_cast<size_t>(row)]), bf16(piece.start + row)};
      sink(values);
    }
    if (pieces.size() == stop_after) stop.request_stop();
    return {};
  }

  Result<std::vector<float>> embed(const std::vector<Token>& text,
                                   EmbeddingPooling pooling = EmbeddingPooling::kLast) {
    const auto runner = [this](const Piece& piece, std::span<const Token> some, int first,
                               const HiddenSink& sink) { return run(piece, some, first, sink); };
    return embed_text(folder(pooling), {.decode = 1, .chunk = 2}, text, runner, stop.get_token());
  }
};

using Values = std::vector<float>;

TEST(Embedder, the_last_tokens_row_is_the_vector_and_no_other_is_fetched) {
  FakeCard card;
  const std::vector<Token> text = {11, 12, 13, 14, 15, 16, 17};
  EXPECT_EQ(card.embed(text), (Values{17, 6}));
  EXPECT_EQ(card.tokens, text);
  EXPECT_EQ(card.rows, 1);
  ASSERT_EQ(card.pieces.size(), 2U);
  EXPECT_EQ(card.pieces[0], (Piece{true, 1, 0, 0, 4}));
  EXPECT_EQ(card.pieces[1], (Piece{true, 2, 4, 4, 3}));
}

TEST(Embedder, the_last_token_may_be_one_that_is_evaluated_alone) {
  FakeCard card;
  EXPECT_EQ(card.embed({11, 12, 13, 14, 15}), (Values{15, 4}));
  ASSERT_EQ(card.pieces.size(), 2U);
  EXPECT_FALSE(card.pieces[1].chunk);
  EXPECT_EQ(FakeCard().embed({42}), (Values{42, 0}));
}

TEST(Embedder, the_mean_is_over_all_tokens_however_they_are_evaluated) {
  FakeCard card;
  std::vector<Token> text(10);
  std::iota(text.begin(), text.end(), Token{10});
  EXPECT_EQ(card.embed(text, EmbeddingPooling::kMean), (Values{14.5F, 4.5F}));
  EXPECT_EQ(card.rows, 10);
  EXPECT_FALSE(card.pieces.back().chunk);  // past the last history
}

TEST(Embedder, it_stops_between_pieces) {
  FakeCard card;
  card.stop_after = 1;
  const auto vector = card.embed({1, 2, 3, 4, 5, 6, 7});
  ASSERT_FALSE(vector);
  EXPECT_EQ(vector.error().code, ErrorCode::kCanceled);
  EXPECT_EQ(card.pieces.size(), 1U);
}

TEST(Embedder, an_error_of_the_card_is_the_error) {
  FakeCard card;
  card.fail_at = 1;
  EXPECT_EQ(card.embed({1, 2, 3, 4, 5, 6, 7}).error().code, ErrorCode::kUnavailable);
}

TEST(Embedder, no_tokens_too_many_and_impossible_ones_are_refused_before_anything_runs) {
  FakeCard card;
  for (const std::vector<Token>& text :
       {std::vector<Token>{}, std::vector<Token>(11, 5), {5, 100}, {-1}}) {
    const auto vector = card.embed(text);
    ASSERT_FALSE(vector);
    EXPECT_EQ(vector.error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(card.pieces.empty());
  EXPECT_TRUE(card.embed(std::vector<Token>(10, 5)));
}

}  // namespace
}  // namespace axllama::npu
