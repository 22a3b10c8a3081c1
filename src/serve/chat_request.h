// What the dialects of OpenAI and Anthropic make of a conversation.
#pragma once

#include <algorithm>
#include <utility>

#include "serve/demand.h"

namespace axllama::serve {

// The request for the runner, once the model has what it demands; takes what is in the body. Errors
// of check_demand. Body: any with the fields that the dialects share.
template <class Body>
Result<ChatRequest> chat_request(const store::Model& model, Body& body) {
  const bool images = std::ranges::any_of(
      body.messages, [](const Message& message) { return !message.images.empty(); });
  const Demand demand{
      .verb = "chat", .tools = !body.tools.empty(), .images = images, .think = body.think};
  AX_CHECK(check_demand(model, body.model, demand));
  ChatRequest request;
  request.messages = with_preamble(model, std::move(body.messages));
  request.tools = std::move(body.tools);
  request.tool_choice = body.tool_choice;
  request.parallel_calls = body.parallel_calls;
  request.think = body.think;
  request.settings.format = std::move(body.format);
  return request;
}

}  // namespace axllama::serve
