// Typed access to JSON values of tokenizer files. For the hf_*.cc files only.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

// Runs `read`; a JSON value of another type than expected, or a text that is no JSON, becomes
// kCorrupt: "<file>: <the library's words>".
Result<void> reading_json(std::string_view file, const std::function<Result<void>()>& read);

// A JSON value as a token id; -2, which no list of tokens has, when it is none.
template <class Json>
int token_id(const Json& value) {
  if (!value.is_number_integer()) return -2;
  const auto id = value.template get<int64_t>();
  return id >= 0 && id < static_cast<int64_t>(kMostTokens) ? static_cast<int>(id) : -2;
}

}  // namespace axllama
