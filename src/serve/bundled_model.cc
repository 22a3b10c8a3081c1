#include "serve/bundled_model.h"

// The assembler takes the files in as they are: no compile time, no copy.
asm(R"(
  .section .rodata
  .balign 64
axllama_bundled_model_begin:
  .incbin ")" AXLLAMA_BUNDLED_MODEL R"("
axllama_bundled_model_end:
  .byte 0
axllama_bundled_catalogue_begin:
  .incbin ")" AXLLAMA_BUNDLED_CATALOGUE R"("
axllama_bundled_catalogue_end:
  .byte 0
  .previous
)");

extern "C" {
extern const char axllama_bundled_model_begin[];
extern const char axllama_bundled_model_end[];
extern const char axllama_bundled_catalogue_begin[];
extern const char axllama_bundled_catalogue_end[];
}

namespace axllama::serve {

std::string_view bundled_model() {
  return {axllama_bundled_model_begin,
          static_cast<size_t>(axllama_bundled_model_end - axllama_bundled_model_begin)};
}

std::string_view bundled_catalogue() {
  return {axllama_bundled_catalogue_begin,
          static_cast<size_t>(axllama_bundled_catalogue_end - axllama_bundled_catalogue_begin)};
}

}  // namespace axllama::serve
