#include "engine/llama/context.h"

#include <fmt/format.h>
#include <llama.h>
#include <mtmd-helper.h>
#include <mtmd.h>

// libllama's own account of its memory has no other header yet.
#include <../src/llama-ext.h>

#include <exception>
#include <utility>

#include "token/llama_log.h"
#include "token/llama_runtime.h"

namespace axllama {
namespace {

bool stop_requested(void* stop) {
  return static_cast<std::stop_token*>(stop)->stop_requested();
}

enum llama_pooling_type pooling_type(Pooling pooling) {
  switch (pooling) {
    case Pooling::kUnnamed:
      return LLAMA_POOLING_TYPE_NONE;
    case Pooling::kMean:
      return LLAMA_POOLING_TYPE_MEAN;
    case Pooling::kFirst:
      return LLAMA_POOLING_TYPE_CLS;
    case Pooling::kLast:
      return LLAMA_POOLING_TYPE_LAST;
    case Pooling::kRank:
      return LLAMA_POOLING_TYPE_RANK;
  }
  return LLAMA_POOLING_TYPE_NONE;
}

llama_context_params context_params(const ContextSpec& spec) {
  const auto count = [](int n) { return static_cast<uint32_t>(n); };
  llama_context_params params = llama_context_default_params();
  params.n_ctx = count(spec.tokens) * count(spec.sequences);
  params.n_batch = count(spec.rows);
  params.n_ubatch = count(spec.rows);
  params.n_seq_max = count(spec.sequences);
  params.n_outputs_max = count(spec.outputs);
  params.n_threads = spec.threads;
  params.n_threads_batch = spec.threads;
  params.embeddings = spec.embeddings;
  if (spec.embeddings) params.pooling_type = pooling_type(spec.pooling);
  params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_AUTO;
  params.offload_kqv = false;
  params.op_offload = false;
  params.kv_unified = false;
  params.swa_full = true;  // a sliding window alone can't be truncated and taken up again
  return params;
}

bool use_adapter(llama_context* context, llama_adapter_lora* adapter) {
  float scale = 1.0F;
  return adapter == nullptr || llama_set_adapters_lora(context, &adapter, 1, &scale) == 0;
}

}  // namespace

void ContextCloser::operator()(llama_context* context) const {
  llama_free(context);
}

void RowBatch::clear() {
  tokens_.clear();
  positions_.clear();
  sequences_.clear();
  outputs_.clear();
}

void RowBatch::add(int32_t token, int32_t position, int32_t sequence, bool wants_output) {
  tokens_.push_back(token);
  positions_.push_back(position);
  sequences_.push_back(sequence);
  outputs_.push_back(wants_output ? 1 : 0);
}

Result<std::unique_ptr<Context>> Context::make(llama_model* model, ggml_threadpool* pool,
                                               const ContextSpec& spec) {
  std::unique_ptr<Context> made(new Context);
  llama_context_params params = context_params(spec);
  params.abort_callback = stop_requested;
  params.abort_callback_data = &made->stop_;
  const auto what =
      fmt::format("can't run this model with {} x {} tokens", spec.sequences, spec.tokens);
  AX_CHECK(guard_llama(ErrorCode::kCorrupt, what, [&] {
    made->context_.reset(llama_init_from_model(model, params));
    return made->context_ != nullptr && use_adapter(made->get(), spec.adapter);
  }));
  llama_attach_threadpool(made->context_.get(), pool, nullptr);
  return made;
}

Result<void> Context::run(RowBatch& batch, std::stop_token stop, bool encode) {
  batch.sequence_counts_.assign(batch.size(), 1);
  batch.sequence_lists_.resize(batch.size());
  for (size_t i = 0; i < batch.size(); ++i) batch.sequence_lists_[i] = &batch.sequences_[i];
  const llama_batch rows{static_cast<int32_t>(batch.size()),
                         batch.tokens_.data(),
                         nullptr,
                         batch.positions_.data(),
                         batch.sequence_counts_.data(),
                         batch.sequence_lists_.data(),
                         batch.outputs_.data()};
  return run_stoppable(batch.size(), std::move(stop), [&] {
    return encode ? llama_encode(get(), rows) : llama_decode(get(), rows);
  });
}

Result<void> Context::run_image(const ImageRows& image, int32_t position, int32_t sequence,
                                std::stop_token stop) {
  return run_stoppable(mtmd_input_chunk_get_n_tokens(image.chunk), std::move(stop), [&] {
    llama_pos behind = 0;
    return mtmd_helper_decode_image_chunk(image.projector, get(), image.chunk, image.rows, position,
                                          sequence, image.rows_a_run, &behind, nullptr, nullptr);
  });
}

Result<void> Context::run_stoppable(size_t rows, std::stop_token stop,
                                    const std::function<int()>& evaluate) {
  LlamaErrorLines lines;
  int status = 0;
  stop_ = std::move(stop);
  try {
    status = evaluate();
  } catch (const std::exception& error) {
    lines.add(error.what());
    status = -3;
  }
  const bool canceled = stop_.stop_requested();
  stop_ = {};
  if (status == 0) return {};
  if (status == 2 && canceled) return fail(ErrorCode::kCanceled, "the evaluation was canceled");
  return fail(ErrorCode::kInternal, fmt::format("libllama can't evaluate {} tokens (status {}): {}",
                                                rows, status, lines.text()));
}

bool Context::has_memory() const {
  return llama_get_memory(get()) != nullptr;
}

ContextMemory Context::memory() const {
  ContextMemory sum;
  for (const auto& [type, bytes] : llama_get_memory_breakdown(get())) {
    sum.model += bytes.model;
    sum.cache += bytes.context;
    sum.compute += bytes.compute;
  }
  return sum;
}

}  // namespace axllama
