// Reads an answer's whole text, finished or not, by the grammar that llama.cpp derived from the
// model's template.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct common_chat_params;

namespace axllama {

enum class Section { kNone, kThinking, kContent };

struct ReadCall {
  std::string id;  // empty when the format has none
  std::string name;
  std::string arguments;  // JSON, perhaps not whole yet
};

struct Reading {
  bool failed = false;    // no continuation can make this text an answer
  bool complete = false;  // it can end here
  std::string thinking;
  std::string content;
  std::vector<ReadCall> calls;
  size_t closed_calls = 0;  // of these, the first so many will not change any more
  size_t text_end = 0;  // bytes up to the end of the last thinking, its tag included, or content
  std::vector<size_t> call_ends;  // bytes up to the end of each closed call
  // The section that ends just where the text ends and goes on with whatever plain text follows.
  Section open = Section::kNone;
};

// Immutable, copies are cheap; any thread may call.
class AnswerReader {
 public:
  explicit AnswerReader(const common_chat_params& params);

  // A failed reading has no other parts.
  Reading read(std::string_view text) const;
  // Text that goes on with an open section, whatever follows: no part of a marker.
  bool is_plain(std::string_view text) const;
  // Whether a marker that can complete an answer begins with this text.
  bool begins_closing(std::string_view before, std::string_view text) const;

 private:
  struct Parser;
  std::shared_ptr<const Parser> parser_;  // never changed, so that copies can have it together
};

}  // namespace axllama
