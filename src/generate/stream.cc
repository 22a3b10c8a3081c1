#include "generate/stream.h"

#include <algorithm>

#include "generate/utf8_unit.h"

namespace axllama {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// Bytes at the end of `text` that a stop string could begin with.
size_t held_for_stop(std::string_view text, const std::vector<std::string>& stops) {
  size_t held = 0;
  for (const std::string& stop : stops) {
    for (size_t n = std::min(stop.size() - 1, text.size()); n > held; --n) {
      if (text.ends_with(std::string_view(stop).substr(0, n))) held = n;
    }
  }
  return held;
}

struct Stop {
  size_t begin = std::string::npos;  // npos: there is none
  std::string_view text = {};
};

// The stop string that ends first, of two that end together the longer one.
Stop first_stop(std::string_view text, const std::vector<std::string>& stops) {
  Stop first;
  size_t end = std::string::npos;
  for (const std::string& stop : stops) {
    const size_t at = text.find(stop);
    if (at == std::string::npos || at + stop.size() > end) continue;
    if (at + stop.size() == end && at >= first.begin) continue;
    first = {at, stop};
    end = at + stop.size();
  }
  return first;
}

}  // namespace

TextStream::TextStream(std::vector<std::string> stops) : stops_(std::move(stops)) {
  std::erase(stops_, "");
}

std::string TextStream::push(std::string_view bytes) {
  if (stopped_) return {};
  pending_ += bytes;
  const Stop stop = first_stop(pending_, stops_);
  if (stop.begin == std::string::npos)
    return take(pending_.size() - held_for_stop(pending_, stops_), false);
  stopped_ = true;
  stop_ = stop.text;
  pending_.resize(stop.begin);
  return take(stop.begin, true);
}

std::string TextStream::finish() {
  return stopped_ ? std::string{} : take(pending_.size(), true);
}

// Takes the whole characters within the first `certain` bytes. What the bytes after them make of an
// unfinished character counts; `last`: no bytes will follow.
std::string TextStream::take(size_t certain, bool last) {
  std::string text;
  size_t at = 0;
  while (at < certain) {
    const Utf8Unit unit = utf8_unit(std::string_view(pending_).substr(at));
    if (at + unit.length > certain || (unit.kind == Utf8Unit::kUnfinished && !last)) break;
    text += unit.kind == Utf8Unit::kCharacter ? std::string_view(pending_).substr(at, unit.length)
                                              : kReplacement;
    at += unit.length;
  }
  pending_.erase(0, at);
  return text;
}

}  // namespace axllama
