// Pieces of JSON that several of OpenAI's answers have.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "api/json_writer.h"
#include "core/event.h"
#include "core/message.h"

namespace axllama::openai {

int64_t unix_seconds(std::chrono::system_clock::time_point time);

// Compact, and escaped no more than JSON demands: it will be a string within JSON.
std::string arguments_text(const ToolCall& call);
// A token with its alternatives, as in a chat's logprobs.
void append_logprob(const TokenLogprob& logprob, std::string& out);
void append_tool_call(const ToolCall& call, std::string& out);
// "logprobs" of a chat.
void write_logprobs(json::Writer& writer, std::span<const TokenLogprob> logprobs);
// "logprobs" of a completion; `offsets`: for each token, the characters of the text before it.
void write_text_logprobs(json::Writer& writer, std::span<const TokenLogprob> logprobs,
                         std::span<const int64_t> offsets);
int64_t characters(std::string_view text);
void write_usage(json::Writer& writer, int64_t prompt, int64_t cached, int64_t answer);

}  // namespace axllama::openai
