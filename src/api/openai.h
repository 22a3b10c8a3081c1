// OpenAI's dialect as Ollama speaks it: JSON bodies to requests, and events to JSON or to
// server-sent events (spec/ollama.md 1.10).
//
// Reading follows the rules of Ollama's native dialect (api/ollama.h): unknown keys are ignored,
// null is absent, a wrong type is told in Go's words.
#pragma once

#include <chrono>
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

namespace axllama::openai {

struct ChatBody {
  std::string model;
  std::vector<Message> messages;  // at least one
  std::vector<Tool> tools;
  bool stream = false;
  bool include_usage = false;  // the stream ends with a chunk that carries the usage
  Format format;
  OptionList options;  // only what was given
  std::optional<Think> think;
  ToolChoice tool_choice = ToolChoice::kAuto;  // `tools` are those that may be called
  bool parallel_calls = true;
  bool logprobs = false;
  int64_t top_logprobs = 0;
  std::vector<TokenBias> logit_bias;
  int64_t choices = 1;  // 1..128
};

struct CompletionBody {
  std::string model;
  std::string prompt;
  std::string suffix;
  bool stream = false;
  bool include_usage = false;
  OptionList options;
  bool logprobs = false;
  int64_t top_logprobs = 0;
  std::vector<TokenBias> logit_bias;
  int64_t choices = 1;
};

struct EmbeddingsBody {
  std::string model;
  std::vector<std::string> inputs;  // at least one, of a string or a list
  int64_t dimensions = 0;
  bool base64 = false;  // vectors as text
};

// Errors: kInvalidArgument with the texts of spec/ollama.md 1.10 and Go's JSON texts.
//
// Beyond Ollama: max_completion_tokens counts (over max_tokens), tool_choice, parallel_tool_calls,
// n and logit_bias count, role developer is system, a prompt may be a list of one text, empty
// arguments of a tool call are {}, and a response_format, stop or content part that can't be
// followed is an error. What becomes of every other parameter is in api/openai_parameters.h.
Result<ChatBody> read_chat(std::string_view body);
Result<CompletionBody> read_completion(std::string_view body);
Result<EmbeddingsBody> read_embeddings(std::string_view body);

// One event of a stream; `name` empty: without one.
std::string server_event(std::string_view name, std::string_view data);

// {"error":{"message","type","param":null,"code":null}}; the type follows from the code's status.
std::string error_body(const Error& error);

// Name and time of an answer, which all its chunks carry.
struct Stamp {
  std::string id;
  std::chrono::system_clock::time_point created;
};
// Of this moment; the id is `prefix` and 24 random hexadecimal digits.
Stamp new_stamp(std::string_view prefix);

struct Piece;  // what one object of an answer says

// Writes the answer to one request of /v1/chat/completions or /v1/completions. Its choices come one
// after another, each a whole run of events.
class AnswerWriter {
 public:
  enum class Route { kChat, kCompletion };

  // `model`: the name as the client sent it.
  AnswerWriter(Route route, std::string model, Stamp stamp, bool include_usage,
               int64_t choices = 1);

  // One event as server-sent events; empty for events that put nothing on the wire. Done is the
  // chunk with the finish reason, and after the last choice the usage if it is wanted, and [DONE];
  // Failed is an error object, which clients raise, and [DONE]. On kCompletion Thinking and
  // ToolCalls have no place.
  std::string line(const Event& event);
  // Gathers an event of an answer that is not streamed.
  void gather(const Event& event);
  // The gathered answer after the last Done: one JSON object without newline.
  std::string whole() const;

 private:
  struct Choice {
    int64_t index = 0;
    bool begun = false;      // a chunk was written: the role was told
    bool called = false;     // tool calls were written
    int64_t characters = 0;  // of the content so far
    std::vector<int64_t> offsets =
        {};  // in the content, of tokens whose logprobs are to be written
    WholeAnswer answer = {};
  };

  void place(const Event& event);
  bool has_place(const Event& event) const;
  std::string chunk(Piece piece);
  std::string end(const Done& done);
  void count(const Done& done);
  bool is_last_choice() const { return choice_.index + 1 >= choices_; }

  Route route_;
  std::string model_;
  Stamp stamp_;
  bool include_usage_;
  int64_t choices_;
  Choice choice_ = {};            // the one that is being written
  std::vector<Choice> gathered_;  // those that are complete
  Done usage_ = {};               // the prompt counts once, the answers all
};

struct ModelRow {
  std::string id;
  std::chrono::system_clock::time_point created;
  std::string owner;
};
std::string write_model(const ModelRow& row);
std::string write_models(const std::vector<ModelRow>& rows);

// base64: each vector as the bytes of little-endian 32-bit floats.
std::string write_embeddings(std::string_view model, const EmbedAnswer& answer, bool base64);

}  // namespace axllama::openai
