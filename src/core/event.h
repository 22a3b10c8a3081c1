// The answer to a request, as it comes: a stream of events that always ends with Done or Failed.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "core/message.h"

namespace axllama {

struct TokenLogprob {
  std::string token;                   // its bytes; not always whole UTF-8
  double logprob = 0.0;                // natural logarithm of its share of the raw distribution
  std::vector<TokenLogprob> top = {};  // the likeliest tokens in its place
  bool operator==(const TokenLogprob&) const = default;
};

// The request left the queue and its prompt is being evaluated.
struct Started {
  int64_t prompt_tokens = 0;  // as Done tells them again
  int64_t cached_tokens = 0;
  bool operator==(const Started&) const = default;
};

// A piece of reasoning. Text is always whole UTF-8 characters; it may be empty when only logprobs
// are ready.
struct Thinking {
  std::string text;
  std::vector<TokenLogprob> logprobs = {};
  bool operator==(const Thinking&) const = default;
};

// A piece of the answer proper, under the same rules.
struct Content {
  std::string text;
  std::vector<TokenLogprob> logprobs = {};
  bool operator==(const Content&) const = default;
};

struct ToolCalls {
  std::vector<ToolCall> calls;
  bool operator==(const ToolCalls&) const = default;
};

enum class DoneReason { kStop, kLength };

struct Done {
  DoneReason reason = DoneReason::kStop;
  int64_t prompt_tokens = 0;  // cached and evaluated together
  int64_t cached_tokens = 0;  // of those, taken from the cache
  int64_t answer_tokens = 0;
  Nanoseconds prompt_time{0};
  Nanoseconds answer_time{0};
  std::vector<int32_t> context = {};  // all tokens, when the request wanted them
  std::string stop = {};              // the stop string that ended the answer
  int64_t thinking_tokens = 0;        // of answer_tokens, those that became Thinking
  int64_t dropped_messages = 0;       // of the conversation, so that it fits the context
  bool operator==(const Done&) const = default;
};

struct Failed {
  Error error;
  bool operator==(const Failed&) const = default;
};

using Event = std::variant<Started, Thinking, Content, ToolCalls, Done, Failed>;

// Whether nothing may follow this event.
inline bool is_last(const Event& event) {
  return std::holds_alternative<Done>(event) || std::holds_alternative<Failed>(event);
}

}  // namespace axllama
