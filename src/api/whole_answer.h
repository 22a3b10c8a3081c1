// An answer that is sent whole, gathered from its events.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/event.h"

namespace axllama {

struct WholeAnswer {
  std::string thinking;
  std::string content;
  std::vector<ToolCall> calls;
  std::vector<TokenLogprob> logprobs;  // of thinking and content, in the order of their tokens
  std::optional<Done> done;            // there once the answer is complete

  // Started and Failed add nothing.
  void add(const Event& event);
};

}  // namespace axllama
