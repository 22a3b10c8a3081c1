// JSON that passes through as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace axllama {

// The text without white space between its parts, when it is one whole JSON object. Numbers and
// strings stay as they were written, keys stay in their order.
std::optional<std::string> compact_object(std::string_view json);

// Whether brackets are nested more deeply than any honest document's, and more deeply than is safe
// to hand to libraries that recurse.
bool nested_too_deeply(std::string_view json);

// Follows a JSON text as it grows.
class JsonDepth {
 public:
  // Takes the next piece. True when the text is within its outermost brackets before the piece,
  // after it and all the time between: it can't have become whole.
  bool add(std::string_view piece);

 private:
  int depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace axllama
