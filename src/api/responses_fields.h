// Readers of the fields of /v1/responses.
#pragma once

#include <string>
#include <vector>

#include "api/json_decoder.h"
#include "core/message.h"

namespace axllama::responses {

// A text of the user, or a list of items. Calls become part of the message before them, and
// reasoning of the message after it.
bool read_input(json::Decoder& decoder, json::Value value, std::vector<Message>& out);
// Functions; those in a namespace are named "namespace.name".
bool read_tools(json::Decoder& decoder, json::Value value, std::vector<Tool>& out);

}  // namespace axllama::responses
