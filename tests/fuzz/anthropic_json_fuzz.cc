// Feeds bytes to the readers of Anthropic's request bodies.
#include <cstddef>
#include <cstdint>

#include "api/anthropic.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace axllama;
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  (void)anthropic::read_messages(body);
  (void)anthropic::read_count(body);
  return 0;
}
