// The runner's face to `serve` and to anybody who runs one by hand: its routes, and core types as
// JSON text. The only thing that serve knows about runners.
//
//   GET  /health      Health
//   POST /load        LoadRequest -> lines of LoadEvent, the last with ready or error
//   POST /generate    TextRequest -> lines of Event
//   POST /chat        ChatRequest -> lines of Event
//   POST /embed       EmbedRequest -> EmbedAnswer
//   POST /tokenize    {"text":...} -> {"tokens":[...]}
//   POST /detokenize  {"tokens":[...]} -> {"text":...}
//
// An error before the first event is a JSON object {"error":{"code","message","hint"}} with the
// HTTP status of its code; after it, the event Failed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/device.h"
#include "core/event.h"
#include "core/request.h"

namespace axllama::runner {

struct LoadRequest {
  std::string model;                // GGUF file, or folder of an NPU model
  std::string projector = {};       // GGUF file that makes embeddings of images; empty: no images
  std::string adapter = {};         // GGUF file of a LoRA adapter; empty: none
  std::string template_jinja = {};  // instead of the model's own; empty: its own
  std::string template_go = {};     // a Go template, before any Jinja; empty: none
  int64_t context = 0;              // tokens a slot; 0: the model's trained context
  int64_t slots = 1;
  int64_t batch = 512;
  int64_t threads = 0;
  bool use_mmap = true;
  std::string device = {};  // as parse_device takes it; empty: what fits
  int64_t park_bytes = 0;   // of host memory for conversations that lose their slot; 0: none
  bool operator==(const LoadRequest&) const = default;
};

// What a loaded runner tells about itself.
struct RunnerInfo {
  std::string engine;   // "llama", "axcl"
  int64_t context = 0;  // tokens a slot, as loaded
  int64_t trained_context = 0;
  int64_t slots = 0;
  int64_t embedding_size = 0;
  bool embeds = false;  // embedding model: no generation
  bool tools = false;   // its template can
  bool thinking = false;
  bool has_template = false;
  uint64_t host_bytes = 0;                      // memory on the host
  uint64_t device_bytes = 0;                    // memory on cards
  std::vector<DeviceMemory> devices = {};       // the same, one by one, and the host's
  std::string driver = {};                      // of the cards; empty: none
  std::vector<ShortcutVerdict> shortcuts = {};  // of the cards' engine
  bool operator==(const RunnerInfo&) const = default;
};

// What --park and AXLLAMA_PARK say, in bytes. Empty: the default, an eighth of `host_memory` and at
// most 1 GiB: on a Raspberry Pi with 8 GB that holds 7,000 tokens of Qwen3-4B, and leaves the rest
// to the system. kInvalidArgument for what is no size.
Result<int64_t> park_size(std::string_view text, uint64_t host_memory);

struct LoadEvent {
  double share = 0.0;                    // loaded so far, 0..1
  std::optional<RunnerInfo> ready = {};  // the load is complete
  std::optional<Error> error = {};       // the load failed
  bool operator==(const LoadEvent&) const = default;
};

struct Health {
  // The engine failed: nothing but another runner helps.
  static constexpr const char* kBroken = "broken";
  // It was asked to end and waits for the device.
  static constexpr const char* kEnding = "ending";
  std::string status;        // "empty", "loading", "ready", kBroken, kEnding
  int64_t active = 0;        // requests being served
  int64_t queued = 0;        // requests that wait for a slot
  int64_t parked_bytes = 0;  // of host memory, for conversations that lost their slot
  std::optional<RunnerInfo> info;
  bool operator==(const Health&) const = default;
};

std::string encode(const LoadRequest& request);
std::string encode(const LoadEvent& event);
std::string encode(const Health& health);
std::string encode(const TextRequest& request);
std::string encode(const ChatRequest& request);
std::string encode(const EmbedRequest& request);
std::string encode(const EmbedAnswer& answer);
std::string encode(const Event& event);
std::string encode(const Error& error);

// kInvalidArgument when the text is no JSON or not of that form.
Result<LoadRequest> decode_load_request(std::string_view text);
Result<LoadEvent> decode_load_event(std::string_view text);
Result<Health> decode_health(std::string_view text);
Result<TextRequest> decode_text_request(std::string_view text);
Result<ChatRequest> decode_chat_request(std::string_view text);
Result<EmbedRequest> decode_embed_request(std::string_view text);
Result<EmbedAnswer> decode_embed_answer(std::string_view text);
Result<Event> decode_event(std::string_view text);
// The error of an answer with an error status, whatever its body is.
Error decode_error(int status, std::string_view text);

}  // namespace axllama::runner
