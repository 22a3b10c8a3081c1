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
  bool logprobs = false;
  int64_t top_logprobs = 0;
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
};

struct EmbeddingsBody {
  std::string model;
  std::vector<std::string> inputs;  // at least one, of a string or a list
  int64_t dimensions = 0;
  bool base64 = false;  // vectors as text
};

// Errors: kInvalidArgument with the texts of spec/ollama.md 1.10 and Go's JSON texts.
//
// Beyond Ollama: max_completion_tokens counts (over max_tokens), role developer is system, a prompt
// may be a list of one text, empty arguments of a tool call are {}, and a response_format, stop or
// content part that can't be followed is an error.
Result<ChatBody> read_chat(std::string_view body);
Result<CompletionBody> read_completion(std::string_view body);
Result<EmbeddingsBody> read_embeddings(std::string_view body);

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

// Writes the answer to one request of /v1/chat/completions or /v1/completions.
class AnswerWriter {
 public:
  enum class Route { kChat, kCompletion };

  // `model`: the name as the client sent it.
  AnswerWriter(Route route, std::string model, Stamp stamp, bool include_usage);

  // One event as server-sent events; empty for events that put nothing on the wire. Done is the
  // chunk with the finish reason, the usage if it is wanted, and [DONE]; Failed is an error object,
  // which clients raise, without [DONE]. On kCompletion Thinking and ToolCalls have no place.
  std::string line(const Event& event);
  // Gathers an event of an answer that is not streamed.
  void gather(const Event& event);
  // The gathered answer after Done: one JSON object without newline.
  std::string whole() const;

 private:
  void place(const Event& event);
  bool has_place(const Event& event) const;
  std::string chunk(Piece piece);
  std::string end(const Done& done);

  Route route_;
  std::string model_;
  Stamp stamp_;
  bool include_usage_;
  bool begun_ = false;      // a chunk was written: the role was told
  bool called_ = false;     // tool calls were written
  int64_t characters_ = 0;  // of the content so far
  std::vector<int64_t>
      offsets_;  // in the content, of the tokens whose logprobs are not yet written
  WholeAnswer answer_;
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
