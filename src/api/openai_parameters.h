// The parameters of OpenAI's routes (https://platform.openai.com/docs/api-reference) and what
// becomes of them here.
#pragma once

#include "api/parameters.h"

namespace axllama::openai {

inline constexpr const char* kNoAccounts = "there are no accounts and nothing is stored";
inline constexpr const char* kOwnCache = "prompts are cached by themselves";
inline constexpr const char* kOneTier = "there is one tier of service";
inline constexpr const char* kNoModeration = "nothing here judges texts";
inline constexpr const char* kOnlyText = "answers are text";

// POST /v1/chat/completions
inline constexpr Parameter kChatParameters[] = {
    {"model"},
    {"messages"},
    {"stream"},
    {"stream_options"},
    {"max_tokens"},
    {"max_completion_tokens"},
    {"seed"},
    {"temperature"},
    {"top_p"},
    {"frequency_penalty"},
    {"presence_penalty"},
    {"stop"},
    {"n"},
    {"logit_bias"},
    {"logprobs"},
    {"top_logprobs"},
    {"tools"},
    {"tool_choice"},
    {"parallel_tool_calls"},
    {"response_format"},
    {"reasoning"},
    {"reasoning_effort"},
    {"user", Treatment::kIgnored, kNoAccounts},
    {"safety_identifier", Treatment::kIgnored, kNoAccounts},
    {"metadata", Treatment::kIgnored, kNoAccounts},
    {"store", Treatment::kIgnored, kNoAccounts},
    {"prompt_cache_key", Treatment::kIgnored, kOwnCache},
    {"prompt_cache_retention", Treatment::kIgnored, kOwnCache},
    {"prompt_cache_options", Treatment::kIgnored, kOwnCache},
    {"service_tier", Treatment::kIgnored, kOneTier},
    {"prediction", Treatment::kIgnored, "it could only make the same answer faster"},
    {"verbosity", Treatment::kIgnored, "no model here was taught it"},
    {"audio", Treatment::kRefused, kOnlyText},
    {"modalities", Treatment::kRefused, kOnlyText, R"(["text"])"},
    {"functions", Treatment::kRefused, "use tools"},
    {"function_call", Treatment::kRefused, "use tool_choice"},
    {"moderation", Treatment::kRefused, kNoModeration},
    {"web_search_options", Treatment::kRefused, "nothing here searches the web"},
};

// POST /v1/completions
inline constexpr Parameter kCompletionParameters[] = {
    {"model"},
    {"prompt"},
    {"suffix"},
    {"stream"},
    {"stream_options"},
    {"max_tokens"},
    {"max_completion_tokens"},
    {"seed"},
    {"temperature"},
    {"top_p"},
    {"frequency_penalty"},
    {"presence_penalty"},
    {"stop"},
    {"n"},
    {"logit_bias"},
    {"logprobs"},
    {"user", Treatment::kIgnored, kNoAccounts},
    {"echo", Treatment::kRefused, "the answer does not begin with the prompt", "false"},
    {"best_of", Treatment::kRefused, "ask for n answers and choose", "1"},
};

// POST /v1/embeddings
inline constexpr Parameter kEmbeddingsParameters[] = {
    {"model"},
    {"input"},
    {"dimensions"},
    {"encoding_format"},
    {"user", Treatment::kIgnored, kNoAccounts},
};

}  // namespace axllama::openai
