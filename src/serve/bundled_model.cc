#include "serve/bundled_model.h"

// The assembler takes the file in as it is: no compile time, no copy.
asm(R"(
  .section .rodata
  .balign 64
axllama_bundled_model_begin:
  .incbin ")" AXLLAMA_BUNDLED_MODEL R"("
axllama_bundled_model_end:
  .byte 0
  .previous
)");

extern "C" {
extern const char axllama_bundled_model_begin[];
extern const char axllama_bundled_model_end[];
}

namespace axllama::serve {

std::string_view bundled_model() {
  return {axllama_bundled_model_begin,
          static_cast<size_t>(axllama_bundled_model_end - axllama_bundled_model_begin)};
}

}  // namespace axllama::serve
