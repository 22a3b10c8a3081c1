#include "chat/control_tokens.h"

namespace axllama {

std::vector<Token> control_tokens(const Vocabulary& vocabulary,
                                  const std::vector<std::string>& words) {
  std::vector<Token> control;
  for (const std::string& word : words) {
    const std::vector<Token> tokens = vocabulary.encode(word, false, true);
    if (tokens.size() == 1 && vocabulary.piece(tokens[0]).empty()) control.push_back(tokens[0]);
  }
  return control;
}

}  // namespace axllama
