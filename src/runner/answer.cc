#include "runner/answer.h"

#include <algorithm>
#include <utility>

namespace axllama::runner {
namespace {

// Gives the logprobs to the first event that carries text, or to an empty piece of their own.
void attach(std::vector<Event>& events, TokenLogprob logprob) {
  for (Event& event : events) {
    if (auto* thinking = std::get_if<Thinking>(&event)) {
      thinking->logprobs.push_back(std::move(logprob));
      return;
    }
    if (auto* content = std::get_if<Content>(&event)) {
      content->logprobs.push_back(std::move(logprob));
      return;
    }
  }
  events.push_back(Content{"", {std::move(logprob)}});
}

}  // namespace

Answer::Answer(std::vector<std::string> stops, std::optional<AnswerParser> parser,
               std::vector<Token> preserved, bool logprobs)
    : stream_(std::move(stops)),
      parser_(std::move(parser)),
      preserved_(std::move(preserved)),
      logprobs_(logprobs) {}

std::vector<Event> Answer::parse(std::string text) {
  if (text.empty()) return {};
  if (parser_) return parser_->push(text);
  std::vector<Event> events;
  events.push_back(Content{std::move(text)});
  return events;
}

// Tokens count for what their text has become; the last of several pieces has the most of it.
void Answer::count(const std::vector<Event>& events) {
  if (events.empty()) return;
  if (std::holds_alternative<Thinking>(events.back())) thinking_tokens_ += unsettled_;
  unsettled_ = 0;
}

std::vector<Event> Answer::push(const Vocabulary& vocabulary, const Draw& draw) {
  std::vector<Event> events;
  if (!vocabulary.is_end(draw.token)) {
    const bool special = std::ranges::find(preserved_, draw.token) != preserved_.end();
    events = parse(stream_.push(vocabulary.piece(draw.token, special)));
    ++unsettled_;
    count(events);
    if (logprobs_) attach(events, draw.logprob);
  }
  return events;
}

std::vector<Event> Answer::finish() {
  std::vector<Event> events = parse(stream_.finish());
  if (parser_) std::ranges::move(parser_->finish(), std::back_inserter(events));
  return events;
}

}  // namespace axllama::runner
