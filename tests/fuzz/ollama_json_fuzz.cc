// Feeds bytes to every reader of Ollama's request bodies.
#include <cstddef>
#include <cstdint>

#include "api/ollama.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace axllama;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  (void)ollama::read_generate(body);
  (void)ollama::read_chat(body);
  (void)ollama::read_embed(body);
  (void)ollama::read_embeddings(body);
  (void)ollama::read_show(body);
  (void)ollama::read_create(body);
  (void)ollama::read_copy(body);
  (void)ollama::read_delete(body);
  (void)ollama::read_keep_alive(body);
  return 0;
}
