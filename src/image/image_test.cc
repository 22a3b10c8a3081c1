#include "image/image.h"

#include <gtest/gtest.h>
#include <webp/encode.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "test_places.h"

namespace axllama {
namespace {

// 2 x 1: red, then blue.
const std::vector<uint8_t> kRedBlue = {255, 0, 0, 0, 0, 255};

std::string bmp() {
  std::string file("BM\x3e\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\2\0\0\0\1\0\0\0\1\0\x18\0", 30);
  file.append(24, '\0');
  return file + std::string("\0\0\xff\xff\0\0\0\0", 8);
}

std::string webp() {
  uint8_t* data = nullptr;
  const size_t size = WebPEncodeLosslessRGB(kRedBlue.data(), 2, 1, 6, &data);
  std::string file(reinterpret_cast<const char*>(data), size);
  WebPFree(data);
  return file;
}

TEST(Image, files_become_pixels) {
  for (const std::string& file : {bmp(), webp()}) {
    const auto image = decode_image(file);
    ASSERT_TRUE(image) << image.error().text();
    EXPECT_EQ(image->width, 2);
    EXPECT_EQ(image->height, 1);
    EXPECT_EQ(image->rgb, kRedBlue);
    EXPECT_EQ(image->digest.size(), 64U);
  }
}

TEST(Image, every_kind_of_file_is_read) {
  size_t read = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(source_path("/tests/fuzz/corpus/image_fuzz"))) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const auto image = decode_image(std::string(std::istreambuf_iterator<char>(stream), {}));
    ASSERT_TRUE(image) << entry.path() << ": " << image.error().text();
    EXPECT_EQ(image->rgb.size(), static_cast<size_t>(image->width * image->height) * 3);
    ++read;
  }
  EXPECT_GE(read, 19U);
}

TEST(Image, what_is_none_is_refused) {
  for (const std::string& file : {std::string(), std::string("text"), bmp().substr(0, 20),
                                  webp().substr(0, 20), std::string("RIFF....WEBP")}) {
    EXPECT_EQ(decode_image(file).error().code, ErrorCode::kInvalidArgument) << file.size();
  }
}

TEST(Image, a_vast_picture_is_refused_before_it_is_unpacked) {
  std::string file = bmp();
  file.replace(18, 8, std::string("\0\0\1\0\0\0\1\0", 8));
  const auto image = decode_image(file);
  ASSERT_FALSE(image);
  EXPECT_NE(image.error().message.find("65536 x 65536"), std::string::npos) << image.error().text();
}

TEST(Image, wrong_bits_do_no_harm) {
  std::mt19937 random(5);
  for (int i = 0; i < 500; ++i) {
    std::string file = i % 2 == 0 ? bmp() : webp();
    for (int bits = 0; bits < 3; ++bits) {
      char& byte = file[random() % file.size()];
      byte = static_cast<char>(byte ^ (1 << (random() % 8)));
    }
    const auto image = decode_image(file);
    if (!image) continue;
    EXPECT_EQ(image->rgb.size(), static_cast<size_t>(image->width * image->height) * 3);
  }
}

}  // namespace
}  // namespace axllama
