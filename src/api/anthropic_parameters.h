// The parameters of /v1/messages (https://docs.anthropic.com/en/api/messages) and what becomes of
// them here; /v1/messages/count_tokens takes the same.
#pragma once

#include "api/parameters.h"

namespace axllama::anthropic {

// POST /v1/messages
inline constexpr Parameter kMessagesParameters[] = {
    {"model"},
    {"messages"},
    {"max_tokens"},
    {"system"},
    {"stream"},
    {"temperature"},
    {"top_p"},
    {"top_k"},
    {"stop_sequences"},
    {"tools"},
    {"tool_choice"},
    {"thinking"},
    {"output_config"},
    {"output_format"},
    {"metadata", Treatment::kIgnored, "there are no accounts and nothing is stored"},
    {"user_profile_id", Treatment::kIgnored, "there are no accounts and nothing is stored"},
    {"workspace_id", Treatment::kIgnored, "there are no accounts and nothing is stored"},
    {"diagnostics", Treatment::kIgnored, "there are none to ask for"},
    {"service_tier", Treatment::kIgnored, "there is one tier of service"},
    {"cache_control", Treatment::kIgnored, "prompts are cached by themselves"},
    {"context_management", Treatment::kIgnored, "old messages are dropped when they don't fit"},
    {"inference_geo", Treatment::kIgnored, "the model runs on this machine"},
    {"speed", Treatment::kIgnored, "there is one speed"},
    {"mcp_servers", Treatment::kRefused, "the client has to call its tools itself", "[]"},
    {"container", Treatment::kRefused, "nothing here runs code"},
};

}  // namespace axllama::anthropic
