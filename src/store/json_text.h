// JSON as text: the pieces that every reader and writer of JSON in this room shares.
#pragma once

#include <string>
#include <string_view>

namespace axllama::store {

// A JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
std::string json_quote(std::string_view text);
// The text itself when it is UTF-8, else with U+FFFD for what isn't.
std::string clean_utf8(std::string text);
// Numbers with the digits of Go's encoder: 10000, 0.000001, 1e-7. "null" for infinities and NaN.
std::string json_number(double value);
std::string json_number(float value);

// JSON as Go's encoder writes it to files, so that equal content gives Ollama's digest: <, >, & and
// the line separators of Unicode escaped, and a newline at the end.
std::string go_encoded(std::string_view json);

// Brackets nest deeper than any file we read has reason to. Such text must not reach a parser whose
// writer or destructor recurses.
bool json_too_deep(std::string_view json);

}  // namespace axllama::store
