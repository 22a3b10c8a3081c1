#include "logits/float_gguf.h"

#include <ggml.h>
#include <gguf.h>

#include <memory>
#include <vector>

namespace axllama::logits {
namespace {

struct FreeGguf {
  void operator()(gguf_context* gguf) const { gguf_free(gguf); }
};
struct FreeGgml {
  void operator()(ggml_context* context) const { ggml_free(context); }
};
using Gguf = std::unique_ptr<gguf_context, FreeGguf>;
using Ggml = std::unique_ptr<ggml_context, FreeGgml>;

std::vector<float> floats_of(const ggml_tensor* tensor) {
  std::vector<float> values(static_cast<size_t>(ggml_nelements(tensor)));
  if (tensor->type == GGML_TYPE_F32) {
    const auto* from = static_cast<const float*>(tensor->data);
    values.assign(from, from + values.size());
  } else {
    ggml_get_type_traits(tensor->type)
        ->to_float(tensor->data, values.data(), ggml_nelements(tensor));
  }
  if (tensor->ne[1] == 1) return values;
  for (float& value : values) value = ggml_bf16_to_fp32(ggml_fp32_to_bf16(value));
  return values;
}

}  // namespace

Result<void> write_float_gguf(const std::string& source, const std::string& target) {
  ggml_context* loaded = nullptr;
  const Gguf from(gguf_init_from_file(source.c_str(), {.no_alloc = false, .ctx = &loaded}));
  if (from == nullptr) return fail(ErrorCode::kCorrupt, "can't read " + source);
  const Ggml tensors(loaded);
  const auto count = static_cast<size_t>(gguf_get_n_tensors(from.get()));
  const Ggml made(ggml_init({(count + 1) * ggml_tensor_overhead(), nullptr, true}));
  const Gguf to(gguf_init_empty());
  gguf_set_kv(to.get(), from.get());
  gguf_set_val_u32(to.get(), "general.file_type", 0);  // all floats
  std::vector<std::vector<float>> data;
  for (size_t i = 0; i < count; ++i) {
    const char* name = gguf_get_tensor_name(from.get(), static_cast<int64_t>(i));
    const ggml_tensor* tensor = ggml_get_tensor(loaded, name);
    data.push_back(floats_of(tensor));
    ggml_tensor* copy = ggml_new_tensor(made.get(), GGML_TYPE_F32, ggml_n_dims(tensor), tensor->ne);
    ggml_set_name(copy, name);
    copy->data = data.back().data();
    gguf_add_tensor(to.get(), copy);
  }
  if (gguf_write_to_file(to.get(), target.c_str(), false)) return {};
  return fail(ErrorCode::kIo, "can't write " + target);
}

}  // namespace axllama::logits
