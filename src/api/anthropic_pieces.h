// Pieces of JSON that several of Anthropic's answers have.
#pragma once

#include <string_view>

#include "api/json_writer.h"
#include "base/result.h"

namespace axllama::anthropic {

// "error" and "request_id".
void write_error(json::Writer& writer, const Error& error, std::string_view request_id);

}  // namespace axllama::anthropic
