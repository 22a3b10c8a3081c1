// What a request demands of a model, and whether the model has it. Pure functions of values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/message.h"
#include "core/options.h"
#include "core/request.h"
#include "serve/scheduler.h"
#include "store/store.h"

namespace axllama::serve {

bool has_capability(const store::Model& model, std::string_view capability);

struct Demand {
  std::string_view verb = "generate";  // "chat" or "generate", for the error text
  bool tools = false;
  bool insert = false;  // fill in the middle
  bool images = false;
  std::optional<Think> think = {};
};

// kInvalidArgument with Ollama's text (spec/ollama.md 1.4) for what the model lacks. `sent`: the
// name as the client wrote it.
Result<void> check_demand(const store::Model& model, std::string_view sent, const Demand& demand);

// Defaults, then the model's parameters, then the request's; num_ctx made definite: at least 4, at
// most what the model was trained for. `default_context`: for models and requests that name none.
Options resolve_options(const store::Model& model, const OptionList& requested,
                        int64_t default_context);

// The same for OpenAI's dialect, whose defaults of temperature and top_p are 1: they hold where
// neither the model nor the request says otherwise.
OptionList with_openai_defaults(const store::Model& model, OptionList requested);

// The conversation as the model is to see it: the model's own system prompt, unless the client
// brings one, and the model's own messages stand before the client's.
std::vector<Message> with_preamble(const store::Model& model, std::vector<Message> messages);

// How a missing model is reported; `sent`: the name as the client wrote it.
std::string not_found(std::string_view sent);
std::string try_pulling(std::string_view sent);

// Of Wanted: the weights, with what changes them.
std::string weights_key(const store::Model& model);
// What to have loaded for these options. `slots`: requests at the same time; `park_bytes`: as in
// LoadRequest.
Wanted wanted_for(const store::Model& model, const Options& options, int64_t slots,
                  int64_t park_bytes);

}  // namespace axllama::serve
