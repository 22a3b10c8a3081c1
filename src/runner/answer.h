// From drawn tokens to events: detokenising, stop strings, parsing and logprobs of one answer.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chat/chat.h"
#include "core/event.h"
#include "generate/sampler.h"
#include "generate/stream.h"
#include "token/vocabulary.h"

namespace axllama::runner {

class Answer {
 public:
  // `parser` absent: plain text. `preserved`: control tokens whose text the parser needs to see.
  Answer(std::vector<std::string> stops, std::optional<AnswerParser> parser,
         std::vector<Token> preserved, bool logprobs);

  // What a drawn token adds. End tokens have no text, but may have logprobs.
  std::vector<Event> push(const Vocabulary& vocabulary, const Draw& draw);
  // What was held back.
  std::vector<Event> finish();
  // A stop string was met.
  bool stopped() const { return stream_.stopped(); }
  // Which one; empty when none was.
  const std::string& stop() const { return stream_.stop(); }
  // Tokens that became Thinking so far.
  int64_t thinking_tokens() const { return thinking_tokens_; }

 private:
  std::vector<Event> parse(std::string text);
  void count(const std::vector<Event>& events);

  TextStream stream_;
  std::optional<AnswerParser> parser_;
  std::vector<Token> preserved_;
  bool logprobs_;
  int64_t unsettled_ = 0;  // tokens whose text is held back
  int64_t thinking_tokens_ = 0;
};

}  // namespace axllama::runner
