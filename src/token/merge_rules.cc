#include "token/merge_rules.h"

#include <unordered_set>

#include "token/byte_alphabet.h"

namespace axllama {

struct MergeRules::Texts {
  std::unordered_set<std::string_view> all;
};

MergeRules::MergeRules(TokenizerSource& source)
    : source_(source), texts_(std::make_unique<Texts>()) {
  texts_->all.reserve(source.tokens.size());
  for (const SourceToken& token : source.tokens) texts_->all.insert(token.text);
}

MergeRules::~MergeRules() = default;

bool MergeRules::add(std::string_view left, std::string_view right) {
  std::string whole(left);
  whole += right;
  if (left.empty() || right.empty()) return false;
  for (const std::string_view text : {left, right, std::string_view(whole)}) {
    if (!texts_->all.contains(text)) return false;
  }
  source_.merges.push_back(std::string(left) + ' ' + std::string(right));
  return true;
}

void drop_texts_outside_byte_alphabet(TokenizerSource& source) {
  for (SourceToken& token : source.tokens) {
    if (token.type == TokenType::kNormal && !from_byte_alphabet(token.text)) {
      token.type = TokenType::kUnused;
    }
  }
}

}  // namespace axllama
