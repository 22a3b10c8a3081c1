// The runner's protocol, which a runner started by hand reads from anybody.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runner/protocol.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace runner = axllama::runner;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(runner::decode_load_request(text));
  static_cast<void>(runner::decode_text_request(text));
  static_cast<void>(runner::decode_chat_request(text));
  static_cast<void>(runner::decode_embed_request(text));
  static_cast<void>(runner::decode_embed_answer(text));
  static_cast<void>(runner::decode_event(text));
  static_cast<void>(runner::decode_load_event(text));
  static_cast<void>(runner::decode_health(text));
  static_cast<void>(runner::decode_error(500, text));
  return 0;
}
