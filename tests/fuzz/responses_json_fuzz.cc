// Feeds bytes to the reader of /v1/responses, and what it keeps to the writer: whatever a response
// repeats of its request must leave it valid JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "api/json_document.h"
#include "api/responses.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace axllama;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Result<responses::Body> body = responses::read(text);
  if (!body) return 0;
  const responses::AnswerWriter writer("m", {"resp_1", {}}, std::move(body->echo));
  if (!json::is_object(writer.whole())) std::abort();
  return 0;
}
