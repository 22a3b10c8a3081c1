// Go's string and character literals, both ways.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace axllama::go_template {

// A text as a Go string literal in double quotes; `ascii`: with escapes for everything beyond.
std::string quote(std::string_view text, bool ascii = false);
// A character as a Go literal in single quotes.
std::string quote_rune(uint32_t code, bool ascii = false);
// A text in back quotes, when Go can write it so.
std::optional<std::string> raw_quote(std::string_view text);

// What a literal in double, single or back quotes says; nothing when it is none.
std::optional<std::string> unquote(std::string_view literal);
// The first character or escape of a literal in single quotes, whose opening quote is taken off;
// taken off too. Nothing when it is none.
std::optional<uint32_t> take_rune(std::string_view& literal);

}  // namespace axllama::go_template
