// Feeds bytes to the readers of AXERA's tokenizer text ('t' first) and of tokenizer.json (else),
// and makes a vocabulary file of what they take.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "token/axera_text.h"
#include "token/hf_tokenizer.h"
#include "token/special_tokens.h"
#include "token/vocabulary_file.h"

namespace {

using axllama::Result;
using axllama::TokenizerSource;

Result<TokenizerSource> read(char form, std::string_view text) {
  if (form == 't') return axllama::read_axera_text(text, "Qwen3");
  axllama::HfFiles files;
  (form == 'c' ? files.config : files.tokenizer) = text;
  if (form == 'c') {
    files.vocabulary = R"({"a": 0, "b": 1, "ab": 2, "</s>": 3})";
    files.merges = "a b\n";
  }
  return axllama::read_hf_tokenizer(files, "Qwen3");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Result<TokenizerSource> source = read(input.front(), input.substr(1));
  if (!source || !axllama::finish_tokenizer(*source)) return 0;
  if (axllama::vocabulary_bytes(*source, "digest").empty()) std::abort();
  return 0;
}
