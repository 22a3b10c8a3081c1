// Spelling of SentencePiece's pieces: "\u2581" for a blank, "<0xHH>" for a byte.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "token/tokenizer_source.h"

namespace axllama {

// Every blank as "\u2581".
std::string with_marked_blanks(std::string_view text);
bool is_byte_piece(std::string_view text);
// Only blanks, marked blanks, tabs and line breaks; added tokens of this kind are joined like any.
bool is_white_space_piece(std::string_view text);

// Whether so many tokens begin with a marked blank, and so few with `blank` as byte-level BPE
// spells it, that blanks are marked all over.
bool has_marked_blanks(const std::vector<SourceToken>& tokens, std::string_view blank);

// Gives byte pieces their type. kUnsupported unless there is one for each byte: without them a text
// with an unknown character could not be encoded.
Result<void> settle_byte_pieces(TokenizerSource& source);

}  // namespace axllama
