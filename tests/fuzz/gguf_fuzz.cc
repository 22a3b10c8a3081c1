// Feeds bytes to the GGUF header reader and to everything that walks what it read.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/details.h"
#include "store/gguf.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace axllama::store;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto gguf = Gguf::parse(ByteSource(bytes));
  if (!gguf) return 0;
  (void)gguf->check_data();
  (void)model_info_json(*gguf, true);
  (void)tensors_json(*gguf);
  (void)gguf_details(*gguf);
  (void)is_projector(*gguf);
  const Config config;
  (void)find_capabilities({config, &*gguf, false, gguf->text("tokenizer.chat_template")});
  return 0;
}
