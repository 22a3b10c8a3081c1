// What tokenizer.json does to a text before and after its model. For hf_json.cc only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

struct HfSteps {
  bool marked_blanks = false;  // "\u2581" for blanks, not byte-level
  bool space_prefix = false;   // a blank in front of every text
  std::string cuts;            // as pre_tokenizer_of_steps() takes them
};

// Takes the JSON texts of "normalizer" and "pre_tokenizer". kUnsupported names an unknown step.
// Throws the JSON library's errors.
Result<HfSteps> read_hf_steps(const std::string& normalizer, const std::string& pre_tokenizer);

// The tokens that "post_processor" puts before and behind every text: bos and eos with their flags.
// Throws as well.
Result<void> read_hf_ends(const std::string& post_processor, TokenizerSource& source);

}  // namespace axllama
