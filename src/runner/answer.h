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

 private:
  std::vector<Event> parse(std::string text);

  TextStream stream_;
  std::optional<AnswerParser> parser_;
  std::vector<Token> preserved_;
  bool logprobs_;
};

}  // namespace axllama::runner
