// Pieces of JSON that several of Ollama's answers have.
#pragma once

#include <string>
#include <vector>

#include "api/json_writer.h"
#include "core/event.h"
#include "core/message.h"
#include "core/model.h"

namespace axllama::ollama {

void append_tool_call(const ToolCall& call, std::string& out);
void append_logprob(const TokenLogprob& logprob, std::string& out);
void append_message(const Message& message, std::string& out);
void append_text(const std::string& text, std::string& out);
void write_details(json::Writer& writer, const ModelDetails& details);

}  // namespace axllama::ollama
