#include "engine/llama/adapter.h"

#include <llama.h>

#include <filesystem>

#include "token/llama_runtime.h"

namespace axllama {

Result<Adapter> load_adapter(llama_model* model, const std::string& path) {
  AX_CHECK(check_model_file(path));
  Adapter adapter;
  AX_CHECK(guard_llama(ErrorCode::kCorrupt, "can't load the adapter " + path, [&] {
    adapter.lora = llama_adapter_lora_init(model, path.c_str());
    return adapter.lora != nullptr;
  }));
  if (llama_adapter_get_alora_n_invocation_tokens(adapter.lora) > 0) {
    return fail(ErrorCode::kUnsupported,
                path + " is an adapter that certain tokens switch on, which axllama can't run");
  }
  std::error_code gone;
  adapter.bytes = std::filesystem::file_size(path, gone);
  if (gone) adapter.bytes = 0;
  return adapter;
}

}  // namespace axllama
