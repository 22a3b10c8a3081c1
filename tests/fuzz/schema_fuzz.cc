// Feeds bytes to the reader of JSON schemas. What is taken must give a grammar that the sampler
// takes or refuses with a reason.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "generate/constraint.h"
#include "generate/sprout_test_vocabulary.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace axllama;
  const auto grammar = schema_grammar({reinterpret_cast<const char*>(data), size});
  if (!grammar) return 0;
  const auto constraint = Constraint::create(sprout(), {.gbnf = *grammar});
  if (!constraint && constraint.error().code != ErrorCode::kInvalidArgument) std::abort();
  return 0;
}
