// The pieces that a GGUF header is made of.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "store/bytes.h"
#include "store/gguf.h"

namespace axllama::store {

// kCorrupt for a number that is no type.
Result<GgufType> gguf_type(uint32_t number);
// Bytes that one value of a number type takes; 0 for strings and arrays.
uint64_t gguf_scalar_size(GgufType type);
// Reads a number, a truth value or a string. kCorrupt for anything that is cut short or too long.
Result<GgufValue> read_gguf_scalar(ByteCursor& cursor, GgufType type);

// A key or a tensor's name. kCorrupt when it is empty or longer than `limit`.
Result<std::string> read_gguf_name(ByteCursor& cursor, uint64_t limit);
// The header is not longer than any model's; so that a hostile one costs neither memory nor time.
Result<void> check_gguf_length(const ByteCursor& cursor);

std::unexpected<Error> corrupt_gguf(std::string message);
// Says where in the header an error came up.
std::unexpected<Error> gguf_error_at(const std::string& place, Error error);

}  // namespace axllama::store
