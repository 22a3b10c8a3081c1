// What a model's templates show of it, and which of them makes its prompts (spec/ollama.md 0.1,
// 4.4).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace axllama::store {

// In Ollama's words: tools, insert, thinking. A Go template that can't be parsed shows nothing.
std::vector<std::string> go_template_capabilities(std::string_view text);
std::vector<std::string> jinja_capabilities(std::string_view text);

// Whether the Go template is taken. It is where it is the only one, and where both are there,
// unless the Jinja template shows more capabilities than it, or shows tool calls and their answers
// where it does not. `also`: capabilities that the model has from elsewhere. `forced`: what the
// user says of Go templates as such (OLLAMA_GO_TEMPLATE).
bool takes_go_template(std::string_view go, std::string_view jinja,
                       const std::vector<std::string>& also, std::optional<bool> forced);

}  // namespace axllama::store
