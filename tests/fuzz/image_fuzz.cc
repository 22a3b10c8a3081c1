// Feeds bytes to the reader of pictures, small ones only, so that runs are many.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "image/image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr int64_t kMost = 4096;
  const auto image = axllama::decode_image({reinterpret_cast<const char*>(data), size}, kMost);
  if (!image) return 0;
  const int64_t pixels = int64_t{image->width} * image->height;
  const bool whole = image->rgb.size() == static_cast<size_t>(pixels) * 3;
  if (image->width < 1 || image->height < 1 || pixels > kMost || !whole) std::abort();
  return 0;
}
