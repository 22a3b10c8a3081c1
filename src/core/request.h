// What a client wants of a loaded model: the form in which a request leaves an API dialect and
// reaches the runner.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/message.h"
#include "core/options.h"

namespace axllama {

// Whether and how hard a model should think. Absent: the model's own default (thinks if it can).
struct Think {
  bool on = true;
  std::string level = {};  // "", "low", "medium", "high", "max"
  bool operator==(const Think&) const = default;
};

// Shape that the answer is forced into.
struct Format {
  enum class Kind { kNone, kJson, kSchema };
  Kind kind = Kind::kNone;
  JsonText schema = {};  // kSchema: a JSON schema
  bool operator==(const Format&) const = default;
};

// Added to what the model thinks of a token, whatever comes before it.
struct TokenBias {
  int32_t token = 0;
  double bias = 0.0;  // of the logit
  bool operator==(const TokenBias&) const = default;
};

// What generation from text and from messages have in common.
struct GenerateSettings {
  Options options = {};  // resolved: defaults, the model's, the request's
  Format format = {};
  bool truncate = true;  // a prompt over the context is cut; false: it is an error
  bool shift = true;     // a full context drops its middle and goes on; false: the answer ends
  bool logprobs = false;
  int top_logprobs = 0;                    // 0..20
  std::vector<TokenBias> logit_bias = {};  // each token once
  bool operator==(const GenerateSettings&) const = default;
};

// Text in, text out: no template, no parsing.
struct TextRequest {
  std::string prompt;
  std::vector<std::string> images = {};  // files; "[img-0]" in the prompt says where each stands
  GenerateSettings settings = {};
  bool operator==(const TextRequest&) const = default;
};

// Whether the answer may, must not or must be calls of tools.
enum class ToolChoice { kAuto, kNone, kRequired };

// Messages in; thinking, content and tool calls out.
struct ChatRequest {
  std::vector<Message> messages;
  std::vector<Tool> tools = {};
  ToolChoice tool_choice = ToolChoice::kAuto;
  bool parallel_calls = true;  // several calls in one answer, where the template knows how
  std::optional<Think> think = {};
  std::string suffix = {};       // the answer is to fit between the last message and this
  std::string go_template = {};  // in the place of the model's own template
  // Tokens of an earlier exchange that stand before the messages (/api/generate's `context`).
  std::vector<int32_t> context = {};
  bool want_context = false;  // Done carries all tokens, for the next request's `context`
  bool render_only = false;   // answer with the rendered prompt as Content and stop
  GenerateSettings settings = {};
  bool operator==(const ChatRequest&) const = default;
};

struct EmbedRequest {
  std::vector<std::string> inputs;
  bool truncate = true;
  int64_t dimensions = 0;  // 0: all
  bool normalize = true;   // to length 1
  bool operator==(const EmbedRequest&) const = default;
};

struct EmbedAnswer {
  std::vector<std::vector<float>> embeddings;  // one an input
  int64_t prompt_tokens = 0;
  bool operator==(const EmbedAnswer&) const = default;
};

}  // namespace axllama
