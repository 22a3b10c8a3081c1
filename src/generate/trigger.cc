#include "generate/trigger.h"

#include <algorithm>

namespace axllama {
namespace {

constexpr size_t kNowhere = std::string::npos;

size_t find_first(std::string_view text, const std::vector<std::string>& words) {
  size_t first = kNowhere;
  for (const std::string& word : words) first = std::min(first, text.find(word));
  return first;
}

size_t longest(const std::vector<std::string>& words) {
  size_t length = 1;
  for (const std::string& word : words) length = std::max(length, word.size());
  return length;
}

bool is_thinking(const Grammar& grammar) {
  if (grammar.thinking_start.empty()) return false;
  const size_t start = grammar.already.rfind(grammar.thinking_start);
  if (start == kNowhere) return false;
  const auto after =
      std::string_view(grammar.already).substr(start + grammar.thinking_start.size());
  return find_first(after, grammar.thinking_ends) == kNowhere;
}

}  // namespace

Trigger::Trigger(const Vocabulary& vocabulary, const Grammar& grammar)
    : vocabulary_(&vocabulary),
      patterns_(!grammar.trigger_patterns.empty()),
      words_(patterns_ ? std::vector<std::string>{} : grammar.trigger_words),
      tokens_(grammar.trigger_tokens),
      thinking_start_(grammar.thinking_start),
      thinking_ends_(grammar.thinking_ends),
      thinking_(is_thinking(grammar)) {}

std::vector<Token> Trigger::hear(Token token) {
  const bool thought = thinking_;
  if (!thought && std::ranges::find(tokens_, token) != tokens_.end()) {
    awake_ = true;
    return {token};
  }
  tail_.push_back({token, vocabulary_->piece(token, true)});
  awake_ = meets_word();
  if (awake_) return tail_tokens();
  if (!patterns_ || thinking_) return {};
  // The end of the thinking may itself be what the pattern waits for.
  return thought ? tail_tokens() : std::vector<Token>{token};
}

// Follows the answer in and out of thinking, up to a word or to the end of the tail.
bool Trigger::meets_word() {
  for (;;) {
    const std::string text = tail_text();
    if (thinking_) {
      const size_t end = find_first(text, thinking_ends_);
      if (end == kNowhere) {
        keep(longest(thinking_ends_) - 1);
        return false;
      }
      thinking_ = false;
      drop(end);
      continue;
    }
    const size_t word = find_first(text, words_);
    const size_t start = thinking_start_.empty() ? kNowhere : text.find(thinking_start_);
    if (start < word) {
      thinking_ = true;
      drop(start + thinking_start_.size());
    } else if (word == kNowhere) {
      keep(std::max(longest(words_), thinking_start_.size()) - 1);
      return false;
    } else {
      drop(word);
      return true;
    }
  }
}

std::string Trigger::tail_text() const {
  std::string text;
  for (const Heard& heard : tail_) text += heard.text;
  return text.substr(dropped_);
}

std::vector<Token> Trigger::tail_tokens() const {
  std::vector<Token> tokens;
  for (const Heard& heard : tail_) tokens.push_back(heard.token);
  return tokens;
}

void Trigger::drop(size_t bytes) {
  dropped_ += bytes;
  while (!tail_.empty() && tail_.front().text.size() <= dropped_) {
    dropped_ -= tail_.front().text.size();
    tail_.pop_front();
  }
}

void Trigger::keep(size_t bytes) {
  const size_t length = tail_text().size();
  if (length > bytes) drop(length - bytes);
}

}  // namespace axllama
