// Readers of the fields of Anthropic's requests.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/json_decoder.h"
#include "core/message.h"
#include "core/request.h"

namespace axllama::anthropic {

// A text, or a list of blocks of text.
bool read_system(json::Decoder& decoder, json::Value value, std::string& out);
// Results of tools become messages of their own, in the order of the blocks.
bool read_message_list(json::Decoder& decoder, json::Value value, std::vector<Message>& out);
bool read_tools(json::Decoder& decoder, json::Value value, std::vector<Tool>& out);

}  // namespace axllama::anthropic
