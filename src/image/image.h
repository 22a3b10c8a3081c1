// Pictures as people send them: files in, pixels out. Any thread may call.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama {

struct Image {
  int width = 0;
  int height = 0;
  std::vector<uint8_t> rgb;  // [height, width, 3]
  std::string digest;        // SHA-256 of the file, hexadecimal
};

// A picture's pixels take three bytes each while it is read.
inline constexpr int64_t kMostPixels = 64'000'000;

// Reads a JPEG, PNG, GIF (its first picture), BMP or WebP file; transparency is left out.
// kInvalidArgument for any other, for a broken one, and for more than `most_pixels`.
Result<Image> decode_image(std::string_view file, int64_t most_pixels = kMostPixels);

}  // namespace axllama
