// Ollama's native dialect: JSON bodies to requests, and events to NDJSON (spec/ollama.md 1).
//
// Reading follows Go's encoding/json as clients know it: keys match without regard to case, unknown
// keys are ignored, null is absent, data after the first value is ignored; errors carry Go's texts.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/whole_answer.h"
#include "base/duration.h"
#include "base/result.h"
#include "core/device.h"
#include "core/event.h"
#include "core/message.h"
#include "core/model.h"
#include "core/options.h"
#include "core/request.h"

namespace axllama::ollama {

// keep_alive: negative is kForever, 0 unloads as soon as the model is idle.
using KeepAlive = Nanoseconds;

// Ollama takes an empty `system` or `template` for an absent one: it is nullopt here, too.
struct GenerateBody {
  std::string model;
  std::string prompt;
  std::string suffix;
  std::optional<std::string> system;
  std::optional<std::string> go_template;  // `template`
  std::vector<int32_t> context;
  bool stream = true;
  bool raw = false;
  Format format;
  std::optional<KeepAlive> keep_alive;
  std::vector<std::string> images;  // decoded
  OptionList options;
  std::vector<std::string> ignored_options;  // unknown or retired, for a log line
  std::optional<Think> think;
  std::optional<DeviceWish> device;  // ours: Ollama has no such field
  std::optional<bool> truncate, shift;
  bool logprobs = false;
  int64_t top_logprobs = 0;
  bool debug_render_only = false;
};

struct ChatBody {
  std::string model;
  std::vector<Message> messages;
  std::vector<Tool> tools;
  bool stream = true;
  Format format;
  std::optional<KeepAlive> keep_alive;
  OptionList options;
  std::vector<std::string> ignored_options;
  std::optional<Think> think;
  std::optional<DeviceWish> device;  // ours: Ollama has no such field
  std::optional<bool> truncate, shift;
  bool logprobs = false;
  int64_t top_logprobs = 0;
  bool debug_render_only = false;
};

struct EmbedBody {  // /api/embed
  std::string model;
  std::vector<std::string> inputs;  // of a string or a list
  std::optional<bool> truncate;
  int64_t dimensions = 0;
  std::optional<DeviceWish> device;
  std::optional<KeepAlive> keep_alive;
  OptionList options;
};

struct EmbeddingsBody {  // /api/embeddings, the old form
  std::string model;
  std::string prompt;
  std::optional<KeepAlive> keep_alive;
  OptionList options;
};

struct ShowBody {
  std::string model;  // `model`, else `name`
  bool verbose = false;
  std::string system;
};

struct CreateBody {
  std::string model;
  std::string from;
  std::vector<std::pair<std::string, std::string>> files;  // path, digest
  std::vector<std::pair<std::string, std::string>> adapters;
  std::optional<std::string> go_template;
  std::optional<std::string> system;
  std::vector<std::string> licenses;
  OptionList parameters;
  std::vector<Message> messages;
  std::string quantize, renderer, parser, required_version;
  bool stream = true;
};

struct CopyBody {
  std::string source, destination;
};

struct DeleteBody {
  std::string model;  // `model`, else `name`
};

// Errors: kInvalidArgument with the text of spec/ollama.md 1.4 ("missing request body", Go's JSON
// texts, bad keep_alive, think, top_logprobs, images), but kInternal for a wrong option type and a
// bad format, which Ollama answers with 500.
Result<GenerateBody> read_generate(std::string_view body);
Result<ChatBody> read_chat(std::string_view body);
Result<EmbedBody> read_embed(std::string_view body);
Result<EmbeddingsBody> read_embeddings(std::string_view body);
Result<ShowBody> read_show(std::string_view body);
Result<CreateBody> read_create(std::string_view body);
Result<CopyBody> read_copy(std::string_view body);
Result<DeleteBody> read_delete(std::string_view body);

// OLLAMA_KEEP_ALIVE: a Go duration or whole seconds.
Result<KeepAlive> read_keep_alive(std::string_view text);

// {"error":"..."}
std::string error_body(std::string_view message);
// {"status":"..."} and a newline
std::string status_line(std::string_view status);

// Writes the answer to one request of /api/generate or /api/chat.
class AnswerWriter {
 public:
  enum class Route { kGenerate, kChat };
  using Time = std::chrono::system_clock::time_point;

  // `model`: the name as the client sent it. `started`: when the request came.
  AnswerWriter(Route route, std::string model, std::chrono::steady_clock::time_point started);

  // Time from the request until the runner was ready: load_duration.
  void set_load_time(Nanoseconds time) { load_time_ = time; }
  // One event as NDJSON, '\n' ended; empty for events that put nothing on the wire (Started).
  // Failed becomes {"error":...}.
  std::string line(const Event& event);
  // Gathers an event of an answer that is not streamed.
  void gather(const Event& event);
  // The gathered answer after Done: one JSON object without newline.
  std::string whole();
  // The single object of a load or unload: done, done_reason "load" or "unload".
  std::string loaded(std::string_view done_reason) const;
  // The object of _debug_render_only.
  std::string rendered(std::string_view prompt, int images) const;

 private:
  Route route_;
  std::string model_;
  std::chrono::steady_clock::time_point started_;
  Nanoseconds load_time_{0};
  WholeAnswer answer_;
};

struct EmbedReply {
  EmbedAnswer answer;
  Nanoseconds total{0}, load{0};
};
std::string write_embed(std::string_view model, const EmbedReply& reply);
std::string write_embeddings(const EmbedReply& reply);  // {"embedding":[...]}

struct TagsRow {
  std::string name;
  std::chrono::system_clock::time_point modified;
  uint64_t size = 0;
  std::string digest;
  ModelDetails details;
  std::vector<std::string> capabilities;
};
std::string write_tags(const std::vector<TagsRow>& rows);

struct PsRow {
  std::string name;
  uint64_t size = 0;
  std::string digest;
  ModelDetails details = {};
  std::chrono::system_clock::time_point expires;  // max(): never; shown ~292 years ahead
  uint64_t size_vram = 0;
  int64_t context_length = 0;
  // Ours, in an object of its own.
  std::string engine = {};                      // "llama", "axcl"
  std::vector<DeviceMemory> devices = {};       // where it is
  std::string driver = {};                      // of the cards; empty: none
  std::vector<ShortcutVerdict> shortcuts = {};  // of the cards' engine
};
// A model that is on its way into memory. Ollama has no such thing: it stands beside `models`,
// where its clients don't look, and only while there is one.
struct LoadingRow {
  std::string name;
  double share = 0;  // loaded so far, 0..1
};
std::string write_ps(const std::vector<PsRow>& rows, const std::vector<LoadingRow>& loading = {});

struct ShowReply {
  std::vector<std::string> licenses;
  std::string modelfile = {};  // text, of store::write_modelfile
  OptionList parameters;       // shown as lines, the key padded to 30
  std::string go_template;     // what `template` shows: Go or Jinja text
  std::string system;
  ModelDetails details;
  std::vector<Message> messages;
  JsonText model_info;           // object
  JsonText tensors;              // array
  JsonText projector_info = {};  // object; empty: no projector
  std::vector<std::string> capabilities;
  std::chrono::system_clock::time_point modified;
  std::string required_version = {};  // of Ollama; empty: any
};
std::string write_show(const ShowReply& reply);

}  // namespace axllama::ollama
