// The Jinja texts that family_template() puts together.
#pragma once

#include <string_view>

namespace axllama {

// ChatML with Qwen's tools. Wants two variables set in front: `default_system`, the system text
// where the conversation has none ('' for no turn at all), and `thinks`, whether the model writes
// <think> sections.
extern const std::string_view kQwenTemplate;

// ChatML without tools or thinking. Wants `begin`, what stands before everything, and
// `default_system`.
extern const std::string_view kChatMlTemplate;

// These want nothing.
extern const std::string_view kMiniCpm5Template;
extern const std::string_view kGemma3Template;
extern const std::string_view kHunYuanTemplate;

}  // namespace axllama
