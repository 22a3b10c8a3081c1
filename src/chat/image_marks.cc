#include "chat/image_marks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>

namespace axllama {
namespace {

constexpr std::string_view kAnywhere = "[img]";
constexpr std::string_view kWrittenStart = "[img-";
constexpr std::string_view kWrittenEnd = "]";
constexpr std::string_view kEnd = "__>";

const std::string& start_of_marks() {
  static const std::string start = [] {
    std::random_device random;
    return fmt::format("<__image_{:08x}{:08x}{:08x}_", random(), random(), random());
  }();
  return start;
}

// The number between `start` and `end` at the beginning of the text, and the length of all three.
struct Mark {
  size_t image = 0;
  size_t length = 0;
};
std::optional<Mark> mark_at(std::string_view text, std::string_view start, std::string_view end) {
  const char* const first = text.data() + start.size();
  const char* const last = text.data() + text.size();
  size_t image = 0;
  const auto [stop, error] = std::from_chars(first, last, image);
  if (error != std::errc() || !std::string_view(stop, last).starts_with(end)) return std::nullopt;
  return Mark{image, static_cast<size_t>(stop - text.data()) + end.size()};
}

std::vector<PromptPiece> split(std::string_view prompt, std::string_view start,
                               std::string_view end, size_t images) {
  std::vector<PromptPiece> pieces;
  size_t text = 0;
  for (size_t at = 0; (at = prompt.find(start, at)) != std::string_view::npos;) {
    const std::optional<Mark> mark = mark_at(prompt.substr(at), start, end);
    if (!mark || mark->image >= images) {
      at += start.size();
      continue;
    }
    if (at > text) pieces.push_back({.text = prompt.substr(text, at - text)});
    pieces.push_back({.image = mark->image});
    text = at += mark->length;
  }
  if (text < prompt.size()) pieces.push_back({.text = prompt.substr(text)});
  return pieces;
}

// Where each image of the message stands; offsets into its text.
std::vector<size_t> places_of(const Message& message) {
  std::vector<size_t> places = message.image_places;
  places.resize(message.images.size());
  for (size_t& place : places) place = std::min(place, message.content.size());
  return places;
}

std::string marked(const Message& message, size_t first) {
  const std::vector<size_t> places = places_of(message);
  const bool placed = std::ranges::any_of(places, [](size_t place) { return place > 0; });
  std::string front, text = message.content;
  size_t added = 0;  // to the text so far; the places rise
  for (size_t i = 0; i < places.size(); ++i) {
    const std::string mark = image_mark(first + i);
    const size_t anywhere = placed ? std::string::npos : text.find(kAnywhere);
    if (places[i] > 0) {
      text.insert(places[i] + added, mark);
      added += mark.size();
    } else if (anywhere != std::string::npos) {
      text.replace(anywhere, kAnywhere.size(), mark);
    } else {
      front += mark;
    }
  }
  return front + text;
}

}  // namespace

std::string image_mark(size_t n) {
  return fmt::format("{}{}{}", start_of_marks(), n, kEnd);
}

std::vector<Message> with_image_marks(std::span<const Message> messages) {
  std::vector<Message> all;
  size_t first = 0;
  for (const Message& message : messages) {
    Message next = message;
    next.content = marked(message, first);
    next.images.assign(message.images.size(), "");
    next.image_places.clear();
    first += message.images.size();
    all.push_back(std::move(next));
  }
  return all;
}

std::vector<PromptPiece> split_at_images(std::string_view prompt) {
  return split(prompt, start_of_marks(), kEnd, std::string_view::npos);
}

std::vector<PromptPiece> split_at_written_marks(std::string_view prompt, size_t images) {
  return split(prompt, kWrittenStart, kWrittenEnd, images);
}

std::string with_written_marks(std::string_view prompt) {
  std::string text;
  for (const PromptPiece& piece : split_at_images(prompt)) {
    text += piece.image ? fmt::format("{}{}{}", kWrittenStart, *piece.image, kWrittenEnd)
                        : std::string(piece.text);
  }
  return text;
}

}  // namespace axllama
