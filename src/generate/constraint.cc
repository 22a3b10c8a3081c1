#include "generate/constraint.h"

#include <fmt/format.h>
#include <llama.h>

#include <cctype>
#include <cmath>
#include <exception>

#include "base/log.h"
#include "generate/literal_pattern.h"
#include "token/llama_runtime.h"

namespace axllama {
namespace {

constexpr const char* kRoot = "root";

std::vector<std::string> patterns_of(const Grammar& grammar) {
  std::vector<std::string> patterns = grammar.trigger_patterns;
  for (const std::string& word : grammar.trigger_words) patterns.push_back(literal_pattern(word));
  return patterns;
}

llama_sampler* make_grammar(const llama_vocab* vocab, const Grammar& grammar) {
  if (!grammar.sleeps()) return llama_sampler_init_grammar(vocab, grammar.gbnf.c_str(), kRoot);
  const std::vector<std::string> patterns = patterns_of(grammar);
  std::vector<const char*> texts;
  for (const std::string& pattern : patterns) texts.push_back(pattern.c_str());
  return llama_sampler_init_grammar_lazy_patterns(vocab, grammar.gbnf.c_str(), kRoot, texts.data(),
                                                  texts.size(), grammar.trigger_tokens.data(),
                                                  grammar.trigger_tokens.size());
}

// The tokens of a prompt's end. A tokenizer may put a space before the first, which the text has
// not.
std::vector<Token> tokens_of(const Vocabulary& vocabulary, const std::string& text) {
  std::vector<Token> tokens = vocabulary.encode(text, false, true);
  if (tokens.empty() || std::isspace(static_cast<unsigned char>(text.front()))) return tokens;
  const std::string first = vocabulary.piece(tokens.front(), true);
  if (!first.empty() && std::isspace(static_cast<unsigned char>(first.front())))
    tokens.erase(tokens.begin());
  return tokens;
}

}  // namespace

void Constraint::Free::operator()(llama_sampler* sampler) const {
  llama_sampler_free(sampler);
}

Result<Constraint> Constraint::create(const Vocabulary& vocabulary, const Grammar& grammar) {
  Constraint constraint(vocabulary);
  if (grammar.gbnf.empty()) return constraint;
  AX_CHECK(guard_llama(ErrorCode::kInvalidArgument, "the grammar can't be used", [&] {
    constraint.grammar_.reset(make_grammar(vocabulary.llama(), grammar));
    return constraint.grammar_ != nullptr;
  }));
  if (grammar.sleeps()) {
    constraint.trigger_.emplace(vocabulary, grammar);
  } else {
    AX_CHECK(constraint.read(grammar.already));
  }
  return constraint;
}

Result<void> Constraint::read(const std::string& already) {
  if (already.empty()) return {};
  return guard_llama(ErrorCode::kInvalidArgument, "the grammar does not match the prompt's end",
                     [&] {
                       for (const Token token : tokens_of(*vocabulary_, already))
                         llama_sampler_accept(grammar_.get(), token);
                       return true;
                     });
}

bool Constraint::allows(Token token) const {
  if (!grammar_ || asleep()) return true;
  Candidate candidate{token, 1.0F, 0.0F};
  llama_token_data_array array{&candidate, 1, -1, false};
  llama_sampler_apply(grammar_.get(), &array);
  return candidate.logit == 1.0F;
}

void Constraint::filter(std::vector<Candidate>& candidates) const {
  if (!grammar_ || asleep()) return;
  llama_token_data_array array{candidates.data(), candidates.size(), -1, false};
  llama_sampler_apply(grammar_.get(), &array);
  std::erase_if(candidates, [](const Candidate& c) { return std::isinf(c.logit) && c.logit < 0; });
}

void Constraint::accept(Token token) {
  // After an end token comes nothing, and libllama ends the process over one out of place.
  if (!grammar_ || vocabulary_->is_end(token)) return;
  try {
    const std::vector<Token> heard = asleep() ? trigger_->hear(token) : std::vector<Token>{token};
    for (const Token each : heard) llama_sampler_accept(grammar_.get(), each);
  } catch (const std::exception& error) {
    log_warn(fmt::format("the answer is no longer bound to its grammar: {}", error.what()));
    grammar_.reset();
  }
}

}  // namespace axllama
