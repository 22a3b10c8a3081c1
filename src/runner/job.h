// What the worker is given to do, ready made: nothing in it needs a template or a tokenizer.
#pragma once

#include <functional>
#include <stop_token>
#include <vector>

#include "core/event.h"
#include "core/request.h"
#include "engine/prompt.h"
#include "generate/sampler.h"
#include "runner/answer.h"
#include "token/vocabulary.h"

namespace axllama::runner {

struct Job {
  Prompt prompt;  // at least one token, fewer than the context; does not end with an image
  Sampler sampler;
  Answer answer;
  int64_t context = 0;      // tokens this conversation may hold, at most the slot's
  int64_t most_tokens = 0;  // of the answer
  int64_t keep = 0;         // first tokens that a context shift keeps
  bool shift = true;        // a full context goes on; false: the answer ends there
  int top_logprobs = -1;    // -1: no logprobs
  int64_t dropped_messages = 0;
  bool want_context = false;
  std::stop_token stop = {};  // the client is gone
  // Called on the worker's thread, Started first, Done or Failed last.
  std::function<void(Event)> emit = {};
};

struct EmbedJob {
  std::vector<std::vector<Token>> inputs;
  std::stop_token stop;
  // Called once, on the worker's thread.
  std::function<void(Result<std::vector<std::vector<float>>>)> finish;
};

}  // namespace axllama::runner
