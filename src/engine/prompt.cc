#include "engine/prompt.h"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

#include "base/digest.h"

namespace axllama {
namespace {

constexpr size_t kWords = 8;
constexpr uint32_t kWordMask = (1U << 29) - 1;

// Eight numbers of 29 bits, out of the chunk's id.
std::array<uint32_t, kWords> words_of(const ImageChunk& chunk) {
  const std::string digest = sha256_hex(chunk.id());
  std::array<uint32_t, kWords> words{};
  for (size_t i = 0; i < kWords; ++i) {
    const char* const first = digest.data() + 8 * i;
    std::from_chars(first, first + 8, words[i], 16);
    words[i] &= kWordMask;
  }
  return words;
}

// The lowest bit tells a chunk's first number from the others.
Token number_of(uint32_t word, bool first) {
  return kNoToken - 1 - static_cast<Token>(word << 1 | (first ? 0U : 1U));
}

// Whether a cut before it would split an image.
bool continues_image(Token token) {
  return is_image(token) && ((kNoToken - 1 - token) & 1) != 0;
}

}  // namespace

std::vector<Token> image_tokens(const ImageChunk& chunk) {
  const std::array<uint32_t, kWords> words = words_of(chunk);
  std::vector<Token> tokens;
  for (uint32_t i = 0; i < static_cast<uint32_t>(chunk.tokens()); ++i) {
    tokens.push_back(number_of((words[i % kWords] + i / kWords) & kWordMask, i == 0));
  }
  return tokens;
}

void add_image(Prompt& prompt, std::shared_ptr<const ImageChunk> chunk) {
  const std::vector<Token> tokens = image_tokens(*chunk);
  prompt.images.push_back({prompt.tokens.size(), std::move(chunk)});
  prompt.tokens.insert(prompt.tokens.end(), tokens.begin(), tokens.end());
}

size_t before_image(std::span<const Token> tokens, size_t n) {
  while (n > 0 && n < tokens.size() && continues_image(tokens[n])) --n;
  return n;
}

size_t behind_image(std::span<const Token> tokens, size_t n) {
  while (n < tokens.size() && continues_image(tokens[n])) ++n;
  return n;
}

void erase(Prompt& prompt, size_t begin, size_t end) {
  const auto at = [&](size_t n) { return prompt.tokens.begin() + static_cast<std::ptrdiff_t>(n); };
  prompt.tokens.erase(at(begin), at(end));
  std::erase_if(prompt.images, [&](const PlacedImage& image) {
    return image.begin >= begin && image.begin < end;
  });
  for (PlacedImage& image : prompt.images) {
    if (image.begin >= end) image.begin -= end - begin;
  }
}

}  // namespace axllama
