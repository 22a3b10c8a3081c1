// Feeds bytes to the Modelfile reader.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/modelfile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)axllama::store::parse_modelfile({reinterpret_cast<const char*>(data), size});
  return 0;
}
