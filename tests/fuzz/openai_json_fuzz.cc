// Feeds bytes to every reader of OpenAI's request bodies.
#include <cstddef>
#include <cstdint>

#include "api/openai.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace axllama;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  (void)openai::read_chat(body);
  (void)openai::read_completion(body);
  (void)openai::read_embeddings(body);
  return 0;
}
