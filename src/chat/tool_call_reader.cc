#include "chat/tool_call_reader.h"

#include <algorithm>
#include <utility>

#include "chat/call_id.h"
#include "chat/call_json.h"
#include "chat/thinking_splitter.h"

namespace axllama {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
// Between a tag and its object stands a name at most.
constexpr size_t kLongestName = 1024;

size_t leading_space(std::string_view text) {
  return std::min(text.find_first_not_of(kSpace), text.size());
}

// "</tool_call>" of "<tool_call>".
std::string closing_form(const std::string& tag) {
  std::string closing = tag.substr(0, tag.find_first_of(kSpace));
  if (closing.size() < 2 || (closing[0] != '<' && closing[0] != '[')) return {};
  return closing.insert(1, "/");
}

bool is_proper_prefix(std::string_view text, std::string_view of) {
  return text.size() < of.size() && of.starts_with(text);
}

}  // namespace

ToolCallReader::ToolCallReader(std::string tag, std::vector<std::string> names)
    : tag_(std::move(tag)),
      names_(std::move(names)),
      closers_({"]", "}", ",", ";"}),
      bracket_(tag_ == "{" || tag_ == "[") {
  if (std::string closing = closing_form(tag_); !closing.empty()) closers_.push_back(closing);
  std::erase(names_, "");
}

void ToolCallReader::push(std::string_view text, std::vector<Event>& events) {
  held_ += text;
  // Only a closing brace can make a call whole.
  const bool waits = state_ == State::kCalling && held_.find('{', skipped_) != std::string::npos &&
                     text.find('}') == std::string_view::npos;
  while (!waits && advance(events)) {
  }
}

void ToolCallReader::finish(std::vector<Event>& events) {
  if (state_ == State::kAfter) return;  // nothing but markup, perhaps cut off
  state_ = State::kContent;
  add_content(held_.size(), events);
}

// True when the state changed, so that more can be done with what is held.
bool ToolCallReader::advance(std::vector<Event>& events) {
  const State before = state_;
  const int calls = calls_;
  switch (state_) {
    case State::kLooking:
      bracket_ ? look_at_beginning(events) : look(events);
      break;
    case State::kCalling:
      read_call(events);
      break;
    case State::kAfter:
      skip_markup();
      break;
    case State::kContent:
      add_content(held_.size(), events);
      break;
  }
  return !held_.empty() && (state_ != before || calls_ != calls);
}

void ToolCallReader::look(std::vector<Event>& events) {
  const size_t at = held_.find(tag_);
  const bool found = at != std::string::npos;
  // White space before a tag is the tag's, so it waits until it is clear whether one follows.
  const size_t sure = found ? at : held_.size() - partial_tag(held_, tag_);
  const size_t end = held_.find_last_not_of(kSpace, sure == 0 ? 0 : sure - 1);
  const bool only_space = sure == 0 || end == std::string::npos;
  add_content(only_space ? 0 : end + 1, events);
  if (!found) return;
  skipped_ = held_.find(tag_) + tag_.size();
  state_ = State::kCalling;
}

void ToolCallReader::look_at_beginning(std::vector<Event>&) {
  const size_t space = leading_space(held_);
  if (space == held_.size()) return;
  skipped_ = space;
  state_ = held_.substr(space).starts_with(tag_) ? State::kCalling : State::kContent;
}

void ToolCallReader::read_call(std::vector<Event>& events) {
  const size_t brace = held_.find('{', skipped_);
  if (brace == std::string::npos) {
    if (held_.size() > skipped_ + kLongestName) give_up(held_.size(), events);
    return;
  }
  const std::string_view text = held_;
  const size_t length = object_length(text.substr(brace));
  if (length == 0) return;
  ToolCalls found;
  const std::string_view before = text.substr(skipped_, brace - skipped_);
  found.calls = calls_in(text.substr(brace, length), before, names_);
  if (found.calls.empty()) return give_up(brace + length, events);
  for (ToolCall& call : found.calls) {
    call.id = make_call_id();
    call.index = calls_++;
  }
  events.push_back(std::move(found));
  held_.erase(0, brace + length);
  skipped_ = 0;
  state_ = State::kAfter;
}

// What looked like a call is none.
void ToolCallReader::give_up(size_t length, std::vector<Event>& events) {
  add_content(length, events);
  skipped_ = 0;
  state_ = bracket_ ? State::kContent : State::kLooking;
}

void ToolCallReader::skip_markup() {
  for (;;) {
    held_.erase(0, leading_space(held_));
    const auto closer = std::ranges::find_if(
        closers_, [&](const std::string& text) { return held_.starts_with(text); });
    if (closer == closers_.end()) break;
    held_.erase(0, closer->size());
  }
  bool wait = held_.empty();
  for (const std::string& text : closers_) wait = wait || is_proper_prefix(held_, text);
  const bool begins = may_begin_call(held_, wait);
  if (wait) return;
  skipped_ = held_.starts_with(tag_) ? tag_.size() : 0;
  if (bracket_) skipped_ = 0;
  state_ = begins ? State::kCalling : bracket_ ? State::kContent : State::kLooking;
}

// Another call may follow with its tag or without.
bool ToolCallReader::may_begin_call(std::string_view text, bool& wait) const {
  if (text.starts_with('{') || text.starts_with(tag_)) return true;
  wait = wait || is_proper_prefix(text, tag_);
  for (const std::string& name : names_) {
    if (text.starts_with(name)) return true;
    wait = wait || is_proper_prefix(text, name);
  }
  return false;
}

void ToolCallReader::add_content(size_t length, std::vector<Event>& events) {
  if (length == 0) return;
  events.push_back(Content{held_.substr(0, length)});
  held_.erase(0, length);
}

}  // namespace axllama
