// The messages layer: the conversation that a model starts with, as a JSON array.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/message.h"

namespace axllama::store {

// kCorrupt when it is no array of messages.
Result<std::vector<Message>> parse_messages(std::string_view json);
// The bytes that Ollama would write.
std::string messages_json(const std::vector<Message>& messages);

}  // namespace axllama::store
