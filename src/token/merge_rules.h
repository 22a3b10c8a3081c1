// Merge rules as tokenizer files hold them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

// Appends rules one by one and checks each against the vocabulary, which must be complete by then
// and not change while this lives.
class MergeRules {
 public:
  explicit MergeRules(TokenizerSource& source);
  ~MergeRules();
  // False when one of the parts or the whole is no token.
  bool add(std::string_view left, std::string_view right);

 private:
  struct Texts;
  TokenizerSource& source_;
  std::unique_ptr<Texts> texts_;
};

// Tokens that are not in the byte alphabet can be neither made of a text nor shown: they become
// unused. Added tokens, which stand verbatim, must have their types before.
void drop_texts_outside_byte_alphabet(TokenizerSource& source);

}  // namespace axllama
