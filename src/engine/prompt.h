// What an engine takes in: tokens, and images among them.
//
// An image stands in a list of tokens as that many negative numbers, made of its content: equal
// images are equal there, so that a prefix that is common to two lists is evaluated alike. Only
// whole images can be evaluated, kept and dropped.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/image.h"
#include "token/vocabulary.h"

namespace axllama {

// A piece of an image as one engine takes it: `tokens` rows of a slot. Immutable.
class ImageChunk {
 public:
  ImageChunk(int tokens, std::string id) : tokens_(tokens), id_(std::move(id)) {}
  virtual ~ImageChunk() = default;
  int tokens() const { return tokens_; }
  // Tells its content: equal chunks have equal ids.
  const std::string& id() const { return id_; }

 private:
  int tokens_;
  std::string id_;
};

struct PlacedImage {
  size_t begin = 0;  // of its numbers among the tokens
  // Shared by the prompts that the chunk is in and the thread that evaluates it.
  std::shared_ptr<const ImageChunk> chunk = {};
};

struct Prompt {
  std::vector<Token> tokens = {};
  std::vector<PlacedImage> images = {};  // in rising order
};

// A text with the tokens' special words, or an image.
struct PromptPart {
  std::string_view text = {};
  const Image* image = nullptr;
};

// The numbers that stand for a chunk.
std::vector<Token> image_tokens(const ImageChunk& chunk);
inline bool is_image(Token token) {
  return token < kNoToken;
}

void add_image(Prompt& prompt, std::shared_ptr<const ImageChunk> chunk);

// n, or where the image begins that a cut before the n-th token would split; n <= tokens.size().
size_t before_image(std::span<const Token> tokens, size_t n);
// n, or where that image ends.
size_t behind_image(std::span<const Token> tokens, size_t n);
// Takes the tokens [begin, end) out; neither end splits an image.
void erase(Prompt& prompt, size_t begin, size_t end);

}  // namespace axllama
