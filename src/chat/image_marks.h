// How images pass through a template: a mark stands for each in its message's text, and the
// rendered prompt is split at the marks again. A mark begins with what a process draws at random,
// so that no text of a client can pass for one.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/message.h"

namespace axllama {

// The n-th image of a conversation, counted from 0.
std::string image_mark(size_t n);

// The messages with marks in their texts: where image_places says, else as Ollama does it, in the
// place of "[img]" or, where there is none, in front. Their images become empty.
std::vector<Message> with_image_marks(std::span<const Message> messages);

// A text, or an image's number.
struct PromptPiece {
  std::string_view text = {};  // of the prompt that was split
  std::optional<size_t> image = {};
  bool operator==(const PromptPiece&) const = default;
};
std::vector<PromptPiece> split_at_images(std::string_view prompt);
// The same for a prompt that a client has written: "[img-0]" is a mark where there is such an
// image.
std::vector<PromptPiece> split_at_written_marks(std::string_view prompt, size_t images);

// The prompt as Ollama shows it: "[img-0]" for a mark.
std::string with_written_marks(std::string_view prompt);

}  // namespace axllama
