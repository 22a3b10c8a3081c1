#include "engine/llama/model.h"

#include <llama.h>

#include <array>
#include <cstdlib>
#include <string>

#include "engine/llama/progress_watch.h"
#include "token/llama_runtime.h"

namespace axllama {
namespace {

// A scalar of the file's metadata as text; empty when it isn't there.
std::string metadata(const llama_model* model, const std::string& key) {
  std::array<char, 128> text{};
  const int length = llama_model_meta_val_str(model, key.c_str(), text.data(), text.size());
  return length < 0 ? "" : text.data();
}

Pooling pooling_of(const std::string& value) {
  const auto is = [&](enum llama_pooling_type type) { return value == std::to_string(type); };
  if (is(LLAMA_POOLING_TYPE_MEAN)) return Pooling::kMean;
  if (is(LLAMA_POOLING_TYPE_CLS)) return Pooling::kFirst;
  if (is(LLAMA_POOLING_TYPE_LAST)) return Pooling::kLast;
  if (is(LLAMA_POOLING_TYPE_RANK)) return Pooling::kRank;
  return Pooling::kUnnamed;
}

Result<void> check_kind(const llama_model* model, const std::string& path) {
  const auto refuse = [&](const char* what) {
    return fail(ErrorCode::kUnsupported, path + " is " + what + ", which axllama can't run");
  };
  if (llama_vocab_type(llama_model_get_vocab(model)) == LLAMA_VOCAB_TYPE_NONE)
    return refuse("a model without a vocabulary");
  if (llama_model_has_encoder(model) && llama_model_has_decoder(model))
    return refuse("an encoder-decoder model");
  if (llama_model_is_diffusion(model)) return refuse("a diffusion model");
  return {};
}

// libllama asserts these in the middle of a computation.
Result<void> check_epsilons(const llama_model* model, const std::string& path) {
  const std::string family = metadata(model, "general.architecture");
  for (const char* name : {"layer_norm_rms_epsilon", "layer_norm_epsilon", "group_norm_epsilon"}) {
    const std::string key = family + ".attention." + name;
    const std::string value = metadata(model, key);
    if (value.empty() || std::strtod(value.c_str(), nullptr) >= 0) continue;
    return fail(ErrorCode::kCorrupt, "can't load " + path + ": " + key + " is " + value);
  }
  return {};
}

}  // namespace

void ModelCloser::operator()(llama_model* model) const {
  llama_model_free(model);
}

Result<Model> load_model(const LoadSpec& spec, const LoadProgress& progress) {
  AX_CHECK(start_llama());
  AX_CHECK(check_model_file(spec.model));
  ProgressWatch watch{progress};
  ggml_backend_dev_t no_devices = nullptr;
  llama_model_params params = llama_model_default_params();
  params.devices = &no_devices;
  params.n_gpu_layers = 0;
  params.load_mode = spec.use_mmap ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE;
  params.progress_callback = ProgressWatch::tell;
  params.progress_callback_user_data = &watch;

  Model model;
  const auto loaded = guard_llama(ErrorCode::kCorrupt, "can't load " + spec.model, [&] {
    model.reset(llama_model_load_from_file(spec.model.c_str(), params));
    return model != nullptr;
  });
  if (watch.canceled) return fail(ErrorCode::kCanceled, "the load was canceled");
  AX_CHECK(loaded);
  AX_CHECK(check_kind(model.get(), spec.model));
  AX_CHECK(check_epsilons(model.get(), spec.model));
  return model;
}

ModelTraits read_traits(const llama_model* model) {
  const std::string family = metadata(model, "general.architecture");
  const std::string pooling = metadata(model, family + ".pooling_type");
  ModelTraits traits;
  traits.trained_context = std::max(0, llama_model_n_ctx_train(model));
  traits.pooling = pooling_of(pooling);
  traits.names_pooling = !pooling.empty();
  traits.embedding_size = traits.pooling == Pooling::kRank
                              ? static_cast<int>(llama_model_n_cls_out(model))
                              : llama_model_n_embd_out(model);
  traits.causal = metadata(model, family + ".attention.causal") != "false";
  traits.encodes = llama_model_has_encoder(model);
  traits.window = std::max(0, llama_model_n_swa(model));
  traits.forgets_parts = !llama_model_is_recurrent(model) && !llama_model_is_hybrid(model);
  return traits;
}

}  // namespace axllama
