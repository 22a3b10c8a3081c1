// From a request to a job: rendering, tokenising, cutting to the context, sampler and parser.
// Free of threads and devices: all of it can run while the worker works.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/chat.h"
#include "core/request.h"
#include "engine/engine.h"
#include "runner/job.h"

namespace axllama::runner {

// A loaded model, as far as preparation needs it. Borrowed from the service.
struct Prepared {
  const Vocabulary& vocabulary;
  const EngineInfo& info;
  const ChatTemplate* chat_template;  // nullptr: the model has none
  // Engine::lay_out; only asked where there are images.
  std::function<Result<Prompt>(std::span<const PromptPart>, bool add_special)> lay_out = {};
};

// The jobs come without stop and emit. kInvalidArgument for a prompt that is empty, or longer than
// the context when it must not be cut; kUnsupported when the model can't (no chat template, an
// embedding model, or one that takes no images); kInvalidArgument for an image that can't be read,
// or has no place in the prompt.
Result<Job> prepare_text(const Prepared& model, const TextRequest& request);
Result<Job> prepare_chat(const Prepared& model, const ChatRequest& request);

struct RenderedPrompt {
  std::string text;
  int64_t tokens = 0;
};
// The prompt of a chat request as the model would get it, after dropping messages that don't fit.
Result<RenderedPrompt> render_prompt(const Prepared& model, const ChatRequest& request);

// Tokens of each input, cut to what the model takes. kInvalidArgument `the input length exceeds the
// context length` when truncate is off.
Result<EmbedJob> prepare_embed(const Prepared& model, const EmbedRequest& request);
// Cuts vectors to `dimensions` and makes them unit length, as the request wants.
// kInvalidArgument `embedding contains NaN or Inf values`.
Result<void> finish_embeddings(std::vector<std::vector<float>>& vectors,
                               const EmbedRequest& request);

}  // namespace axllama::runner
