// GPT-2's byte alphabet: byte-level BPE vocabularies spell every byte as one printable character.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace axllama::pack {

// The characters of UTF-8 `text` as code points; nothing when it is not well-formed.
std::optional<std::u32string> code_points(std::string_view text);

// The token's raw bytes, as AXERA's converter finds them: letters of the alphabet become their
// byte, other characters below 256 stay; a token with any other character, or that is no UTF-8, is
// given back unchanged.
std::string bytes_of_token(std::string_view token);

// The other way: every byte as its letter, in UTF-8.
std::string spell_bytes(std::string_view bytes);

}  // namespace axllama::pack
