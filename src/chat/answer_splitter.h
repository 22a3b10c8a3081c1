// Turns the readings of a growing answer into events, each piece once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/answer_reader.h"
#include "chat/json_text.h"
#include "core/event.h"

namespace axllama {

// How the pieces are cut does not matter: the events, joined, are the same. Text is read anew from
// its beginning only where it holds something that may be a marker.
class AnswerSplitter {
 public:
  // `structured`: the content is JSON.
  AnswerSplitter(AnswerReader reader, bool structured);

  std::vector<Event> push(std::string_view text);
  std::vector<Event> finish();

 private:
  bool goes_on(std::string_view text) const;
  std::vector<Event> advance(bool last);
  bool deliver(const Reading& reading, bool last, std::vector<Event>& events);
  void deliver_calls(const Reading& reading, bool last, std::vector<Event>& events);
  void break_off(std::vector<Event>& events);
  void settle_markers(size_t readable);
  void flush_rest(const Reading& reading, std::vector<Event>& events);
  void add_text(Section section, std::string_view text, std::vector<Event>& events);
  std::string_view without_margin(Section section, std::string_view text) const;

  AnswerReader reader_;
  bool structured_;
  JsonDepth depth_;       // of the content
  std::string text_;      // the whole answer so far
  std::string thinking_;  // of it, what was read and sent
  std::string content_;
  bool thinking_begun_ = false;  // with more than white space
  bool content_begun_ = false;
  size_t calls_ = 0;        // sent
  size_t known_calls_ = 0;  // met, perhaps not whole
  size_t settled_ = 0;      // bytes of text_ that were sent or are markup that did its work
  size_t readable_ = 0;     // bytes of text_ that could be read
  Section open_ = Section::kNone;
  bool broken_ = false;  // the rest is content, unread
};

}  // namespace axllama
