// The parameters of /v1/responses (https://platform.openai.com/docs/api-reference/responses) and
// what becomes of them here.
#pragma once

#include "api/openai_parameters.h"
#include "api/parameters.h"

namespace axllama::responses {

// POST /v1/responses
inline constexpr Parameter kResponsesParameters[] = {
    {"model"},
    {"input"},
    {"instructions"},
    {"max_output_tokens"},
    {"temperature"},
    {"top_p"},
    {"top_logprobs"},
    {"include"},
    {"tools"},
    {"tool_choice"},
    {"parallel_tool_calls"},
    {"text"},
    {"reasoning"},
    {"truncation"},
    {"metadata"},
    {"stream"},
    {"stream_options", Treatment::kIgnored, "the stream has nothing to hide"},
    {"user", Treatment::kIgnored, openai::kNoAccounts},
    {"safety_identifier", Treatment::kIgnored, openai::kNoAccounts},
    {"prompt_cache_key", Treatment::kIgnored, openai::kOwnCache},
    {"prompt_cache_retention", Treatment::kIgnored, openai::kOwnCache},
    {"prompt_cache_options", Treatment::kIgnored, openai::kOwnCache},
    {"access_programs", Treatment::kIgnored, openai::kNoAccounts},
    {"context_management", Treatment::kIgnored, "old messages are dropped when they don't fit"},
    {"image", Treatment::kIgnored, "images are not compressed"},
    {"service_tier", Treatment::kIgnored, openai::kOneTier},
    {"max_tool_calls", Treatment::kIgnored, "it limits tools that run at the provider"},
    {"previous_response_id", Treatment::kRefused, "responses are not stored; send the whole input"},
    {"conversation", Treatment::kRefused, "conversations are not stored; send the whole input"},
    {"store", Treatment::kRefused, "responses are not stored", "false"},
    {"background", Treatment::kRefused, "responses are not stored", "false"},
    {"background_options", Treatment::kRefused, "responses are not stored"},
    {"moderation", Treatment::kRefused, openai::kNoModeration},
    {"prompt", Treatment::kRefused, "prompts are not stored; send instructions and input"},
};

}  // namespace axllama::responses
