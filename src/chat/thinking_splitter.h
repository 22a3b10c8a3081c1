// Splits what a model thinks from what it answers, by two tags, as the text grows.
#pragma once

#include <string>
#include <string_view>

#include "go_template/inspect.h"

namespace axllama {

class ThinkingSplitter {
 public:
  struct Pieces {
    std::string thinking;
    std::string content;
  };

  // `begun`: the prompt ends with the opening tag already.
  ThinkingSplitter(go_template::Tags tags, bool begun);

  // Never part of a tag. White space around the tags is theirs.
  Pieces push(std::string_view text);
  // The answer is over: what was held back.
  Pieces finish();

 private:
  enum class State { kBefore, kBegun, kThinking, kEnded, kContent };
  bool advance(Pieces& pieces);
  void look_for_opening();
  void look_for_closing(Pieces& pieces);
  bool drop_space();

  go_template::Tags tags_;
  State state_;
  std::string held_;
};

// Bytes at the end of `text` that a tag may begin with.
size_t partial_tag(std::string_view text, std::string_view tag);

}  // namespace axllama
