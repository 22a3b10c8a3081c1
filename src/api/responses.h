// OpenAI's /v1/responses: JSON bodies to requests, and events to a response object or to
// server-sent events (https://platform.openai.com/docs/api-reference/responses, spec/ollama.md
// 1.10).
//
// Nothing is stored: what refers to an earlier response is refused. Reading follows the rules of
// api/openai.h; what becomes of each parameter is in api/responses_parameters.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/openai.h"
#include "base/result.h"
#include "core/event.h"
#include "core/message.h"
#include "core/options.h"
#include "core/request.h"

namespace axllama::responses {

// What a response repeats of its request.
struct Echo {
  std::optional<std::string> instructions;
  std::optional<int64_t> max_output_tokens;
  std::optional<double> temperature, top_p;
  std::string truncation = "auto";
  bool parallel_calls = true;
  int64_t top_logprobs = 0;
  // As they came, compact.
  JsonText tools = "[]";
  JsonText tool_choice = R"("auto")";
  JsonText text = R"({"format":{"type":"text"}})";
  JsonText reasoning = R"({"effort":null,"summary":null})";
  JsonText metadata = "{}";
};

struct Body {
  std::string model;
  std::vector<Message> messages;  // at least one; the instructions first
  std::vector<Tool> tools;        // those that may be called
  ToolChoice tool_choice = ToolChoice::kAuto;
  bool parallel_calls = true;
  bool stream = false;
  Format format;
  OptionList options;  // only what was given
  std::optional<Think> think;
  bool truncate = true;
  bool logprobs = false;
  int64_t top_logprobs = 0;
  Echo echo;
};

// kInvalidArgument, also for items, parts and tools of types that can't be followed.
Result<Body> read(std::string_view body);

// Writes the answer to one request. Its items follow one another: reasoning, a message, and an item
// for each call of a function, each complete before the next begins.
class AnswerWriter {
 public:
  // `model`: the name as the client sent it. The items' ids are made of the stamp's, which begins
  // with "resp_".
  AnswerWriter(std::string model, openai::Stamp stamp, Echo echo);

  // One event as server-sent events; empty for events that put nothing on the wire.
  std::string line(const Event& event);
  // The response as it stands: complete after Done.
  std::string whole() const;

 private:
  enum class Item { kNone, kReasoning, kMessage };
  enum class Status { kInProgress, kCompleted, kIncomplete, kFailed };

  template <class Fields>
  std::string event(std::string_view type, Fields fields);
  std::string response_event(std::string_view type);
  std::string item_event(std::string_view type, std::string_view item);
  std::string begin();
  std::string open(Item kind);
  std::string open_reasoning();
  std::string open_message();
  std::string close();
  std::string close_reasoning();
  std::string close_message();
  std::string add_reasoning(const Thinking& piece);
  std::string add_text(const Content& piece);
  std::string add_call(const ToolCall& call);
  std::string end(const Done& done);
  std::string fail(const Error& error);
  std::string item_id(std::string_view prefix) const;
  std::string reasoning_item() const;
  std::string message_item(std::string_view status) const;
  std::string text_part(std::string_view text, std::string_view logprobs) const;

  std::string model_;
  openai::Stamp stamp_;
  Echo echo_;
  int64_t sequence_ = 0;  // events written
  bool begun_ = false;
  Status status_ = Status::kInProgress;
  std::optional<Error> error_;
  Done done_;
  std::vector<std::string> items_;  // complete ones
  Item item_ = Item::kNone;         // the one that is being written
  std::string id_;                  // its
  std::string text_;                // its
  std::string logprobs_;            // its, as elements of a JSON array
};

}  // namespace axllama::responses
