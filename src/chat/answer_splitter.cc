#include "chat/answer_splitter.h"

#include <algorithm>
#include <utility>

#include "chat/call_id.h"

namespace axllama {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
// A byte that is in no marker and no model's vocabulary of words.
constexpr char kProbe = '\x01';
// Markup after a call is never longer.
constexpr size_t kLongestMarkup = 256;

// One of these ends every format's call, and every part of one that could end it.
bool may_close_call(std::string_view text) {
  return text.find_first_of("}])>") != std::string_view::npos;
}

}  // namespace

AnswerSplitter::AnswerSplitter(AnswerReader reader, bool structured)
    : reader_(std::move(reader)), structured_(structured) {
  // An answer that is continued begins with text that the client has sent itself.
  const Reading before = reader_.read("");
  thinking_ = before.thinking;
  content_ = before.content;
  thinking_begun_ = !thinking_.empty();
  content_begun_ = !content_.empty();
  depth_.add(content_);
  calls_ = known_calls_ = before.calls.size();
}

std::vector<Event> AnswerSplitter::push(std::string_view text) {
  std::vector<Event> events;
  if (text.empty()) return events;
  text_ += text;
  if (broken_) {
    add_text(Section::kContent, text, events);
  } else if (goes_on(text)) {
    add_text(open_, text, events);
    settled_ = readable_ = text_.size();
  } else if (known_calls_ == calls_ || may_close_call(text)) {
    return advance(false);
  }
  return events;
}

// Whether the open section goes on with this text, so that nothing need be read.
bool AnswerSplitter::goes_on(std::string_view text) const {
  if (open_ == Section::kContent && structured_) return JsonDepth(depth_).add(text);
  return open_ != Section::kNone && reader_.is_plain(text);
}

std::vector<Event> AnswerSplitter::finish() {
  return broken_ ? std::vector<Event>{} : advance(true);
}

std::vector<Event> AnswerSplitter::advance(bool last) {
  std::vector<Event> events;
  const Reading reading = reader_.read(text_);
  if (reading.failed) {
    break_off(events);
    return events;
  }
  readable_ = text_.size();
  const bool agrees = deliver(reading, last, events);
  if (last && agrees) flush_rest(reading, events);
  if (last && !agrees)
    add_text(Section::kContent, std::string_view(text_).substr(settled_), events);
  return events;
}

// False, and nothing is sent, when the reading takes back what was sent: half a marker can make a
// parser change its mind until the marker is whole.
bool AnswerSplitter::deliver(const Reading& reading, bool last, std::vector<Event>& events) {
  open_ = Section::kNone;
  if (!reading.thinking.starts_with(thinking_) || !reading.content.starts_with(content_))
    return false;
  add_text(Section::kThinking, std::string_view(reading.thinking).substr(thinking_.size()), events);
  add_text(Section::kContent, std::string_view(reading.content).substr(content_.size()), events);
  settled_ = std::max(settled_, reading.text_end);
  deliver_calls(reading, last, events);
  if (reading.complete && calls_ == reading.calls.size()) settled_ = text_.size();
  const bool said = !(reading.open == Section::kThinking ? thinking_ : content_).empty();
  if (said) open_ = reading.open;
  return true;
}

// Sends the calls that are whole: closed, followed by another, or the answer is over.
void AnswerSplitter::deliver_calls(const Reading& reading, bool last, std::vector<Event>& events) {
  ToolCalls whole;
  known_calls_ = reading.calls.size();
  while (calls_ < known_calls_) {
    const ReadCall& call = reading.calls[calls_];
    if (!last && calls_ + 1 == known_calls_ && calls_ >= reading.call_ends.size()) break;
    const auto arguments = compact_object(call.arguments);
    if (!arguments || call.name.empty()) break;
    whole.calls.push_back({.id = call.id.empty() ? make_call_id() : call.id,
                           .index = static_cast<int>(calls_),
                           .name = call.name,
                           .arguments = *arguments});
    const bool closed = calls_ < reading.call_ends.size();
    if (closed || last)
      settled_ = std::max(settled_, closed ? reading.call_ends[calls_] : text_.size());
    ++calls_;
  }
  if (!whole.calls.empty()) events.push_back(std::move(whole));
}

// From some place on the text can't be read: sends what stands before that place as what it is, and
// the rest as content.
void AnswerSplitter::break_off(std::vector<Event>& events) {
  size_t good = readable_;
  size_t bad = text_.size();
  while (good + 1 < bad) {
    const size_t middle = good + (bad - good) / 2;
    (reader_.read(std::string_view(text_).substr(0, middle)).failed ? bad : good) = middle;
  }
  const std::string whole = std::exchange(text_, text_.substr(0, good));
  deliver(reader_.read(text_), false, events);
  settle_markers(good);
  text_ = whole;
  broken_ = true;
  add_text(Section::kContent, std::string_view(text_).substr(settled_), events);
}

// Markup that closes a call is settled where an answer could have ended behind it.
void AnswerSplitter::settle_markers(size_t readable) {
  const size_t farthest = std::min(readable, settled_ + kLongestMarkup);
  for (size_t end = farthest; end > settled_; --end) {
    const Reading reading = reader_.read(std::string_view(text_).substr(0, end));
    if (!reading.complete || reading.calls.size() != calls_) continue;
    settled_ = end;
    return;
  }
}

// The answer is over: sends what was held back because it could have become a marker.
void AnswerSplitter::flush_rest(const Reading& reading, std::vector<Event>& events) {
  settle_markers(text_.size());
  settle_markers(text_.size());
  const auto rest = std::string_view(text_).substr(settled_);
  if (rest.find_first_not_of(kSpace) == std::string_view::npos) return;
  if (calls_ == reading.calls.size()) {
    const Reading probe = reader_.read(text_ + kProbe);
    for (const auto& [section, before, after] :
         {std::tuple(Section::kThinking, &thinking_, &probe.thinking),
          std::tuple(Section::kContent, &content_, &probe.content)}) {
      if (!after->ends_with(kProbe) || !after->starts_with(*before)) continue;
      const size_t length = after->size() - before->size() - 1;
      return add_text(section, std::string_view(*after).substr(before->size(), length), events);
    }
    const auto before = std::string_view(text_).substr(0, settled_);
    if (calls_ > 0 && reader_.begins_closing(before, rest)) return;
  }
  add_text(Section::kContent, rest, events);
}

void AnswerSplitter::add_text(Section section, std::string_view text, std::vector<Event>& events) {
  const bool thinking = section == Section::kThinking;
  (thinking ? thinking_ : content_) += text;
  if (!thinking && structured_) depth_.add(text);
  text = without_margin(section, text);
  if (text.empty()) return;
  (thinking ? thinking_begun_ : content_begun_) = true;
  thinking ? events.push_back(Thinking{std::string(text)})
           : events.push_back(Content{std::string(text)});
}

// White space between a marker and a text is the marker's.
std::string_view AnswerSplitter::without_margin(Section section, std::string_view text) const {
  const bool thinking = section == Section::kThinking;
  if (thinking ? thinking_begun_ : content_begun_) return text;
  if (!thinking && text_.starts_with(content_)) return text;
  return text.substr(std::min(text.find_first_not_of(kSpace), text.size()));
}

}  // namespace axllama
