// Finds tool calls in an answer as it grows, whatever the model: a tag, then JSON that names a
// declared tool (spec/ollama.md 6.3). What is no call comes out as content, whole.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/event.h"

namespace axllama {

class ToolCallReader {
 public:
  // `tag`: what a call begins with; "{" and "[" count only where the answer begins.
  // `names`: of the declared tools; calls of others are content.
  ToolCallReader(std::string tag, std::vector<std::string> names);

  // Takes the next piece of text; never gives out part of a tag.
  void push(std::string_view text, std::vector<Event>& events);
  // The answer is over: what was held back.
  void finish(std::vector<Event>& events);

 private:
  enum class State { kLooking, kCalling, kAfter, kContent };
  bool advance(std::vector<Event>& events);
  void look(std::vector<Event>& events);
  void look_at_beginning(std::vector<Event>& events);
  void read_call(std::vector<Event>& events);
  void give_up(size_t length, std::vector<Event>& events);
  void skip_markup();
  bool may_begin_call(std::string_view text, bool& wait) const;
  void add_content(size_t length, std::vector<Event>& events);

  std::string tag_;
  std::vector<std::string> names_;
  std::vector<std::string> closers_;  // what may stand behind a call
  bool bracket_;                      // the tag is "{" or "["
  State state_ = State::kLooking;
  std::string held_;
  size_t skipped_ = 0;  // of held_, the tag before a call and the space before that
  int calls_ = 0;
};

}  // namespace axllama
