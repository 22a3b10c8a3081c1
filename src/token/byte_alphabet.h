// GPT-2's byte alphabet: each of the 256 bytes as a visible character.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace axllama {

// Any bytes -> UTF-8 text: " the" -> "\u0120the".
std::string to_byte_alphabet(std::string_view bytes);
// The bytes that `text` stands for; nothing when a character is not of the alphabet.
std::optional<std::string> from_byte_alphabet(std::string_view text);

}  // namespace axllama
