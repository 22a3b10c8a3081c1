// A vocabulary as large as Qwen3's, of made-up words and numbers.
#pragma once

#include <memory>

#include "token/vocabulary.h"

namespace axllama {

inline constexpr int kBigVocabulary = 151'936;  // tokens

// Of each 16 tokens one is a number and the others are words in small letters, half of them behind
// a blank. Throws std::runtime_error.
std::unique_ptr<Vocabulary> big_vocabulary();

}  // namespace axllama
