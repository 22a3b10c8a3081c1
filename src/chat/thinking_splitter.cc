#include "chat/thinking_splitter.h"

#include <algorithm>
#include <utility>

namespace axllama {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

size_t leading_space(std::string_view text) {
  return std::min(text.find_first_not_of(kSpace), text.size());
}

}  // namespace

size_t partial_tag(std::string_view text, std::string_view tag) {
  for (size_t length = std::min(text.size(), tag.size() - 1); length > 0; --length) {
    if (tag.starts_with(text.substr(text.size() - length))) return length;
  }
  return 0;
}

ThinkingSplitter::ThinkingSplitter(go_template::Tags tags, bool begun)
    : tags_(std::move(tags)), state_(begun ? State::kBegun : State::kBefore) {}

ThinkingSplitter::Pieces ThinkingSplitter::push(std::string_view text) {
  held_ += text;
  Pieces pieces;
  while (advance(pieces)) {
  }
  return pieces;
}

ThinkingSplitter::Pieces ThinkingSplitter::finish() {
  Pieces pieces;
  const bool thinking = state_ == State::kThinking;
  (thinking ? pieces.thinking : pieces.content) = std::exchange(held_, {});
  if (state_ == State::kBegun || state_ == State::kEnded) pieces.content.clear();  // only space
  return pieces;
}

// True when the state changed, so that more can be done with what is held.
bool ThinkingSplitter::advance(Pieces& pieces) {
  const State before = state_;
  switch (state_) {
    case State::kBefore:
      look_for_opening();
      break;
    case State::kBegun:
      if (drop_space()) state_ = State::kThinking;
      break;
    case State::kThinking:
      look_for_closing(pieces);
      break;
    case State::kEnded:
      if (drop_space()) state_ = State::kContent;
      break;
    case State::kContent:
      pieces.content += std::exchange(held_, {});
      break;
  }
  return state_ != before;
}

void ThinkingSplitter::look_for_opening() {
  const std::string_view rest = std::string_view(held_).substr(leading_space(held_));
  if (rest.starts_with(tags_.opening)) {
    held_ = std::string(rest.substr(tags_.opening.size()));
    state_ = State::kBegun;
  } else if (!tags_.opening.starts_with(rest)) {
    state_ = State::kContent;
  }
}

void ThinkingSplitter::look_for_closing(Pieces& pieces) {
  const size_t end = held_.find(tags_.closing);
  if (end != std::string::npos) {
    pieces.thinking += held_.substr(0, end);
    held_.erase(0, end + tags_.closing.size());
    state_ = State::kEnded;
    return;
  }
  const size_t sure = held_.size() - partial_tag(held_, tags_.closing);
  pieces.thinking += held_.substr(0, sure);
  held_.erase(0, sure);
}

// True when something else follows.
bool ThinkingSplitter::drop_space() {
  held_.erase(0, leading_space(held_));
  return !held_.empty();
}

}  // namespace axllama
