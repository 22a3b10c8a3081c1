#include "image/image.h"

#include <fmt/format.h>
#include <webp/decode.h>

#include <climits>
#include <memory>
#include <utility>

#include "base/digest.h"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_NO_STDIO
#define STBI_NO_LINEAR
#define STBI_ONLY_JPEG
#define STBI_ONLY_PNG
#define STBI_ONLY_GIF
#define STBI_ONLY_BMP
#include <stb/stb_image.h>

namespace axllama {
namespace {

constexpr int kChannels = 3;

struct Size {
  int width = 0;
  int height = 0;
};

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

std::unexpected<Error> broken(const char* reason) {
  return refuse(fmt::format("the image can't be read: {}", reason));
}

const uint8_t* bytes(std::string_view file) {
  return reinterpret_cast<const uint8_t*>(file.data());
}

bool is_webp(std::string_view file) {
  return file.starts_with("RIFF") && file.substr(0, 12).ends_with("WEBP");
}

// Before anything is unpacked: a small file may hold a vast picture.
Result<void> check_size(const Size& size, int64_t most) {
  if (size.width < 1 || size.height < 1) return broken("it has no pixels");
  if (int64_t{size.width} * size.height <= most) return {};
  return refuse(
      fmt::format("the image is too large: {} x {} pixels, at most {:g} million can be read",
                  size.width, size.height, static_cast<double>(most) / 1e6));
}

Result<Image> decode_webp(std::string_view file, int64_t most) {
  Size size;
  if (WebPGetInfo(bytes(file), file.size(), &size.width, &size.height) == 0) {
    return broken("bad WebP header");
  }
  AX_CHECK(check_size(size, most));
  const int stride = size.width * kChannels;
  Image image{size.width, size.height, {}, {}};
  image.rgb.resize(static_cast<size_t>(stride) * static_cast<size_t>(size.height));
  if (WebPDecodeRGBInto(bytes(file), file.size(), image.rgb.data(), image.rgb.size(), stride) ==
      nullptr) {
    return broken("broken WebP data, or an animation");
  }
  return image;
}

Result<Image> decode_others(std::string_view file, int64_t most) {
  if (file.size() > INT_MAX) return refuse("the image is larger than 2 GiB");
  const int length = static_cast<int>(file.size());
  Size size;
  int channels = 0;
  if (stbi_info_from_memory(bytes(file), length, &size.width, &size.height, &channels) == 0) {
    const std::string_view reason = stbi_failure_reason();
    if (reason != "unknown image type") return broken(stbi_failure_reason());
    return refuse(
        fmt::format("the image can't be read: its {} bytes are no JPEG, PNG, GIF, BMP "
                    "or WebP file",
                    file.size()));
  }
  AX_CHECK(check_size(size, most));
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
      stbi_load_from_memory(bytes(file), length, &size.width, &size.height, &channels, kChannels),
      stbi_image_free);
  if (!pixels) return broken(stbi_failure_reason());
  const size_t count = static_cast<size_t>(size.width) * static_cast<size_t>(size.height);
  return Image{size.width, size.height, {pixels.get(), pixels.get() + count * kChannels}, {}};
}

}  // namespace

Result<Image> decode_image(std::string_view file, int64_t most_pixels) {
  AX_TRY(Image image,
         is_webp(file) ? decode_webp(file, most_pixels) : decode_others(file, most_pixels));
  image.digest = sha256_hex(file);
  return image;
}

}  // namespace axllama
