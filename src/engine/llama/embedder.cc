#include "engine/llama/embedder.h"

#include <fmt/format.h>
#include <llama.h>

#include <algorithm>
#include <bit>

namespace axllama {
namespace {

constexpr int kLeastTokens = 256;
// libllama computes logits for every row of an embedding too; this bounds their memory.
constexpr int kLogitsBytes = 64 << 20;

int rows_of_a_chunk(const llama_model* model) {
  const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
  return std::clamp(kLogitsBytes / 4 / std::max(vocabulary, 1), 16, 512);
}

void add_row(std::vector<float>& sum, const float* row) {
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += row[i];
}

}  // namespace

Embedder::Embedder(llama_model* model, llama_adapter_lora* adapter, ggml_threadpool* pool,
                   int limit, int threads)
    : model_(model),
      adapter_(adapter),
      pool_(pool),
      traits_(read_traits(model)),
      limit_(limit),
      threads_(threads),
      whole_(!traits_.causal || traits_.encodes || traits_.pooling == Pooling::kRank),
      rows_(rows_of_a_chunk(model)) {}

Result<void> Embedder::make_context(int tokens) {
  ContextSpec spec;
  spec.tokens = tokens;
  spec.rows = whole_ ? tokens : std::min(tokens, rows_);
  spec.outputs = spec.rows;
  spec.threads = threads_;
  spec.adapter = adapter_;
  spec.embeddings = true;
  if (whole_) {
    spec.pooling = traits_.pooling == Pooling::kUnnamed ? Pooling::kMean : traits_.pooling;
  }
  AX_TRY(context_, Context::make(model_, pool_, spec));
  tokens_ = tokens;
  return {};
}

Result<void> Embedder::reserve(int tokens) {
  const auto wanted = std::bit_ceil(static_cast<uint32_t>(std::max(tokens, kLeastTokens)));
  const int size = static_cast<int>(std::min(wanted, static_cast<uint32_t>(limit_)));
  context_.reset();  // the old one's memory first
  AX_CHECK(make_context(size));
  if (!whole_ && !context_->has_memory()) {  // not causal, though the file doesn't say so
    whole_ = true;
    AX_CHECK(make_context(size));
  }
  return {};
}

ContextMemory Embedder::memory_at_limit() const {
  ContextMemory memory = context_->memory();
  const auto grown = [&](uint64_t bytes) {
    return bytes * static_cast<uint64_t>(limit_) / static_cast<uint64_t>(tokens_);
  };
  memory.cache = grown(memory.cache);
  if (whole_) memory.compute = grown(memory.compute);
  return memory;
}

Result<std::vector<float>> Embedder::embed(std::span<const Token> tokens, std::stop_token stop) {
  const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model_));
  if (tokens.empty()) return fail(ErrorCode::kInvalidArgument, "there are no tokens to embed");
  if (tokens.size() > static_cast<size_t>(limit_)) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{} tokens to embed; at most {}", tokens.size(), limit_));
  }
  for (const Token token : tokens) {
    if (token >= 0 && token < vocabulary) continue;
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("token {} in a vocabulary of {}", token, vocabulary));
  }
  if (!context_ || static_cast<int>(tokens.size()) > tokens_) {
    AX_CHECK(reserve(static_cast<int>(tokens.size())));
  }
  if (context_->has_memory()) llama_memory_clear(llama_get_memory(context_->get()), false);
  return whole_ ? embed_whole(tokens, std::move(stop)) : embed_in_chunks(tokens, std::move(stop));
}

Result<void> Embedder::run_rows(std::span<const Token> tokens, size_t first, std::stop_token stop) {
  batch_.clear();
  for (size_t i = 0; i < tokens.size(); ++i) {
    batch_.add(tokens[i], static_cast<int>(first + i), 0, true);
  }
  return context_->run(batch_, std::move(stop), traits_.encodes);
}

Result<std::vector<float>> Embedder::embed_whole(std::span<const Token> tokens,
                                                 std::stop_token stop) {
  AX_CHECK(run_rows(tokens, 0, std::move(stop)));
  const float* pooled = llama_get_embeddings_seq(context_->get(), 0);
  if (pooled == nullptr) return fail(ErrorCode::kInternal, "libllama gives no embedding");
  return std::vector<float>(pooled, pooled + traits_.embedding_size);
}

Result<std::vector<float>> Embedder::embed_in_chunks(std::span<const Token> tokens,
                                                     std::stop_token stop) {
  std::vector<float> sum(static_cast<size_t>(traits_.embedding_size), 0.0F);
  for (size_t first = 0; first < tokens.size();) {
    const size_t n = std::min(tokens.size() - first, static_cast<size_t>(rows_));
    AX_CHECK(run_rows(tokens.subspan(first, n), first, stop));
    for (size_t i = 0; i < n; ++i) {
      const bool is_first = first + i == 0;
      const bool is_last = first + i + 1 == tokens.size();
      if (traits_.pooling == Pooling::kFirst && !is_first) continue;
      if (traits_.pooling == Pooling::kLast && !is_last) continue;
      const float* row = llama_get_embeddings_ith(context_->get(), static_cast<int32_t>(i));
      if (row == nullptr) return fail(ErrorCode::kInternal, "libllama gives no embedding");
      add_row(sum, row);
    }
    first += n;
  }
  if (traits_.pooling == Pooling::kFirst || traits_.pooling == Pooling::kLast) return sum;
  for (float& value : sum) value /= static_cast<float>(tokens.size());
  return sum;
}

}  // namespace axllama
