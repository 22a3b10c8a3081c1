// Listens to an answer for what wakes a sleeping grammar.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "generate/sampler.h"

namespace axllama {

// Words and tokens are found here, in the last few tokens only. Patterns are about the whole answer
// and left to libllama's grammar, which then has to hear all of it that is not thinking.
class Trigger {
 public:
  // `vocabulary` must outlive the trigger.
  Trigger(const Vocabulary& vocabulary, const Grammar& grammar);

  // Hears the next token of the answer. Returns the tokens that libllama's grammar is to hear now:
  // none while nothing was met, else those from the trigger on.
  std::vector<Token> hear(Token token);
  // A word or token was met: from now on libllama's grammar is to hear everything.
  bool awake() const { return awake_; }

 private:
  struct Heard {
    Token token;
    std::string text;
  };

  bool meets_word();
  std::string tail_text() const;
  std::vector<Token> tail_tokens() const;
  void drop(size_t bytes);
  void keep(size_t bytes);

  const Vocabulary* vocabulary_;
  bool patterns_;
  std::vector<std::string> words_;
  std::vector<Token> tokens_;
  std::string thinking_start_;
  std::vector<std::string> thinking_ends_;
  std::deque<Heard> tail_;  // the last tokens, as many as a word may reach back
  size_t dropped_ = 0;      // bytes of tail_.front() that are behind us
  bool thinking_ = false;
  bool awake_ = false;
};

}  // namespace axllama
