// What a listing says about a model, from its config and its GGUF header.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/model.h"
#include "store/config.h"
#include "store/gguf.h"

namespace axllama::store {

// From the GGUF header alone.
ModelDetails gguf_details(const Gguf& gguf);
// What the config says, and where it says nothing, what the GGUF says. `gguf` may be nullptr.
ModelDetails model_details(const Config& config, const Gguf* gguf);
// The file turns images into embeddings and is no language model by itself.
bool is_projector(const Gguf& gguf);

// Everything that tells what a model can do.
struct CapabilitySources {
  const Config& config;
  const Gguf* gguf = nullptr;
  bool has_projector = false;
  std::string_view go_template = {};
  std::string_view chat_template = {};  // where there is no GGUF to look into
  std::optional<bool> forced = {};      // OLLAMA_GO_TEMPLATE, where the user has set it
};
// Whether the prompts come from the Go template (store/template_choice.h).
bool uses_go_template(const CapabilitySources& sources);
// In Ollama's words and order, each once (spec/ollama.md 4.4).
std::vector<std::string> find_capabilities(const CapabilitySources& sources);

}  // namespace axllama::store
