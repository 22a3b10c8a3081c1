// Anthropic's dialect, /v1/messages: JSON bodies to requests, and events to JSON or to server-sent
// events (https://docs.anthropic.com/en/api/messages, spec/ollama.md 1.11).
//
// Reading follows the rules of Ollama's native dialect (api/ollama.h): unknown keys are ignored,
// null is absent, a wrong type is told in Go's words. What becomes of each parameter is in
// api/anthropic_parameters.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/whole_answer.h"
#include "base/result.h"
#include "core/event.h"
#include "core/message.h"
#include "core/options.h"
#include "core/request.h"

namespace axllama::anthropic {

struct MessagesBody {
  std::string model;
  std::vector<Message> messages;  // at least one; `system` first
  std::vector<Tool> tools;        // those that may be called
  ToolChoice tool_choice = ToolChoice::kAuto;
  bool parallel_calls = true;
  bool stream = false;
  Format format;
  OptionList options;  // only what was given
  std::vector<std::string> stops;
  std::optional<Think> think;
};

// kInvalidArgument with the texts of spec/ollama.md 1.11 and Go's JSON texts, and for blocks and
// tools that can't be followed.
Result<MessagesBody> read_messages(std::string_view body);
// The same of /v1/messages/count_tokens, which needs no max_tokens.
Result<MessagesBody> read_count(std::string_view body);

// `prefix` and 24 random hexadecimal digits.
std::string new_id(std::string_view prefix);

// {"type":"error","error":{"type","message"},"request_id"}; the type follows from the code's
// status.
std::string error_body(const Error& error, std::string_view request_id);
// {"input_tokens":...}
std::string count_body(int64_t tokens);

// Writes the answer to one request. In a stream its blocks follow one another: thinking, text and a
// block for each call of a tool, each opened and closed before the next.
class AnswerWriter {
 public:
  // `model`: the name as the client sent it. `stops`: the stop sequences that the client has
  // chosen.
  AnswerWriter(std::string model, std::string id, std::vector<std::string> stops);

  // One event as server-sent events; empty for events that put nothing on the wire.
  std::string line(const Event& event);
  // Gathers an event of an answer that is not streamed.
  void gather(const Event& event);
  // The gathered answer after Done: one JSON object without newline.
  std::string whole() const;

 private:
  enum class Block { kNone, kThinking, kText };

  std::string begin(const Started& started);
  std::string piece(Block kind, const std::string& text);
  std::string open(Block kind);
  std::string close();
  std::string call(const ToolCall& call);
  std::string end(const Done& done);
  // What the answer ended with: the reason, and the stop sequence if it was one.
  struct Stop {
    const char* reason;
    std::string_view sequence;
  };
  Stop stop_of(const Done& done) const;

  std::string model_;
  std::string id_;
  std::vector<std::string> stops_;
  bool begun_ = false;
  bool called_ = false;
  Block block_ = Block::kNone;
  int64_t blocks_ = 0;  // opened so far
  WholeAnswer answer_;
};

}  // namespace axllama::anthropic
