#include "chat/template_grammar.h"

#include <chat.h>

#include <algorithm>
#include <regex>

#include "generate/literal_pattern.h"

namespace axllama {
namespace {

std::string anchored(std::string pattern) {
  if (!pattern.starts_with('^')) pattern.insert(0, "^");
  if (!pattern.ends_with('$')) pattern += '$';
  return pattern;
}

void add_word(const std::string& word, const Vocabulary& vocabulary, Grammar& grammar) {
  const std::vector<Token> tokens = vocabulary.encode(word, false, true);
  if (tokens.size() == 1) {
    grammar.trigger_tokens.push_back(tokens.front());
  } else {
    grammar.trigger_words.push_back(word);
  }
}

void add_trigger(const common_grammar_trigger& trigger, const Vocabulary& vocabulary,
                 Grammar& grammar) {
  switch (trigger.type) {
    case COMMON_GRAMMAR_TRIGGER_TYPE_TOKEN:
      grammar.trigger_tokens.push_back(trigger.token);
      break;
    case COMMON_GRAMMAR_TRIGGER_TYPE_WORD:
      add_word(trigger.value, vocabulary, grammar);
      break;
    case COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN:
      grammar.trigger_patterns.push_back(trigger.value);
      break;
    case COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN_FULL:
      grammar.trigger_patterns.push_back(anchored(trigger.value));
      break;
  }
}

}  // namespace

Grammar grammar_of(const common_chat_params& params, const Vocabulary& vocabulary) {
  Grammar grammar;
  if (params.grammar.empty()) return grammar;
  grammar.gbnf = params.grammar;
  grammar.already = params.generation_prompt;
  if (!params.grammar_lazy) return grammar;
  for (const auto& trigger : params.grammar_triggers) add_trigger(trigger, vocabulary, grammar);
  grammar.thinking_start = params.thinking_start_tag;
  grammar.thinking_ends = params.thinking_end_tags;
  return grammar;
}

namespace {

std::string without_in_root(std::string gbnf, const std::regex& part) {
  const size_t root = gbnf.starts_with("root ::=") ? 0 : gbnf.find("\nroot ::=");
  if (root == std::string::npos) return gbnf;
  const size_t end = std::min(gbnf.find('\n', root + 1), gbnf.size());
  const std::string rule = gbnf.substr(root, end - root);
  return gbnf.replace(root, end - root, std::regex_replace(rule, part, ""));
}

}  // namespace

std::string without_preface(std::string gbnf) {
  static const std::regex kPreface(R"( until-\d+\?(?= ))");
  return without_in_root(std::move(gbnf), kPreface);
}

std::string with_one_call(std::string gbnf) {
  static const std::regex kMore(R"( \| tool-calls\b)");
  return without_in_root(std::move(gbnf), kMore);
}

Grammar plain_format_grammar(const common_chat_params& params, std::string gbnf, bool thinks) {
  Grammar grammar;
  grammar.gbnf = std::move(gbnf);
  if (!thinks) return grammar;
  for (const std::string& end : params.thinking_end_tags)
    grammar.trigger_patterns.push_back(literal_pattern(end) + "\\s*(\\S)");
  return grammar;
}

}  // namespace axllama
