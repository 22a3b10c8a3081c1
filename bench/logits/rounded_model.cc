#include "logits/rounded_model.h"

#include <ggml.h>
#include <llama.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "token/llama_runtime.h"

namespace axllama::logits {
namespace {

// Where the NPU has bf16, by llama.cpp's names: inputs of products, keys and values, what a layer
// hands on, logits. (The hidden state within a layer is float on both sides.)
constexpr std::array<std::string_view, 8> kPlaces = {"attn_norm",   "kq_soft_max",  "kqv_out",
                                                     "ffn_norm",    "ffn_swiglu",   "l_out",
                                                     "result_norm", "result_output"};

// These names are given to several tensors; the last of them is the one that is read.
bool is_last_of_its_name(std::string_view name, ggml_op op) {
  if (name == "Qcur" || name == "Kcur") return op == GGML_OP_ROPE;
  return name == "Vcur" && op == GGML_OP_MUL_MAT;
}

bool is_place(const ggml_tensor* tensor) {
  std::string_view name(tensor->name);
  name = name.substr(0, name.find('-'));
  if (std::ranges::find(kPlaces, name) != kPlaces.end()) return true;
  return is_last_of_its_name(name, tensor->op);
}

// ggml's hook: asked before a tensor whether it is of interest, and called when it is computed.
bool round_in_place(ggml_tensor* tensor, bool ask, void* count) {
  if (ask) return is_place(tensor);
  auto* values = static_cast<float*>(tensor->data);
  const auto size = static_cast<size_t>(ggml_nelements(tensor));
  if (tensor->type != GGML_TYPE_F32 || !ggml_is_contiguous(tensor)) return false;
  for (float& value : std::span(values, size)) {
    value = ggml_bf16_to_fp32(ggml_fp32_to_bf16(value));
  }
  *static_cast<size_t*>(count) += size;
  return true;
}

struct FreeModel {
  void operator()(llama_model* model) const { llama_model_free(model); }
};
struct FreeContext {
  void operator()(llama_context* context) const { llama_free(context); }
};

class Rounded final : public RoundedModel {
 public:
  Result<void> open(const std::string& gguf, int context, int threads) {
    AX_CHECK(start_llama());
    llama_model_params model = llama_model_default_params();
    ggml_backend_dev_t no_devices = nullptr;
    model.devices = &no_devices;
    model_.reset(llama_model_load_from_file(gguf.c_str(), model));
    if (model_ == nullptr) return fail(ErrorCode::kCorrupt, "can't load " + gguf);
    llama_context_params params = llama_context_default_params();
    params.n_ctx = params.n_batch = params.n_ubatch = static_cast<uint32_t>(context);
    params.n_threads = params.n_threads_batch = threads;
    params.type_k = params.type_v = GGML_TYPE_F32;
    params.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    params.cb_eval = round_in_place;
    params.cb_eval_user_data = &rounded_;
    context_.reset(llama_init_from_model(model_.get(), params));
    if (context_ == nullptr) return fail(ErrorCode::kInternal, "no context for " + gguf);
    return {};
  }

  void clear() override { llama_memory_clear(llama_get_memory(context_.get()), false); }

  Result<std::vector<float>> evaluate(std::span<const Token> tokens) override {
    std::vector<Token> copy(tokens.begin(), tokens.end());
    const llama_batch batch = llama_batch_get_one(copy.data(), static_cast<int32_t>(copy.size()));
    if (llama_decode(context_.get(), batch) != 0) {
      return fail(ErrorCode::kInternal, "llama_decode failed");
    }
    const float* logits = llama_get_logits_ith(context_.get(), -1);
    const int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model_.get()));
    return std::vector<float>(logits, logits + vocabulary);
  }

  size_t rounded() const override { return rounded_; }

 private:
  size_t rounded_ = 0;
  std::unique_ptr<llama_model, FreeModel> model_;
  std::unique_ptr<llama_context, FreeContext> context_;
};

}  // namespace

Result<std::unique_ptr<RoundedModel>> RoundedModel::load(const std::string& gguf, int context,
                                                         int threads) {
  auto model = std::make_unique<Rounded>();
  AX_CHECK(model->open(gguf, context, threads));
  return model;
}

}  // namespace axllama::logits
