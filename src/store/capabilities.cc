#include <algorithm>

#include "store/details.h"
#include "store/template_choice.h"

namespace axllama::store {
namespace {

using Capabilities = std::vector<std::string>;

void add_if(Capabilities& capabilities, bool has, const char* name) {
  if (has && std::ranges::find(capabilities, name) == capabilities.end()) {
    capabilities.emplace_back(name);
  }
}

// What the weights can do by themselves.
void add_from_gguf(Capabilities& capabilities, const Gguf& gguf) {
  const bool embeds = gguf.find_for_architecture("pooling_type") != nullptr;
  add_if(capabilities, embeds, capability::kEmbedding);
  add_if(capabilities, !embeds, capability::kCompletion);
  add_if(capabilities, gguf.find_for_architecture("vision.block_count") != nullptr,
         capability::kVision);
  add_if(capabilities, gguf.find_for_architecture("audio.block_count") != nullptr, "audio");
}

// What the family is trained for, where no template shows it: gpt-oss thinks in channels, not in
// tags.
bool family_thinks(const CapabilitySources& sources) {
  const std::string family = model_details(sources.config, sources.gguf).family;
  return family == "gptoss" || family == "gpt-oss";
}

// Of a compiled model, which brings its tokenizer's chat template whether it can chat or not.
bool only_embeds(const CapabilitySources& sources, const Capabilities& capabilities) {
  const auto has = [&](const char* name) {
    return std::ranges::find(capabilities, name) != capabilities.end();
  };
  return sources.gguf == nullptr && has(capability::kEmbedding) && !has(capability::kCompletion);
}

// All that no template tells.
Capabilities own_capabilities(const CapabilitySources& sources) {
  Capabilities capabilities;
  for (const std::string& name : sources.config.capabilities) {
    add_if(capabilities, true, name.c_str());
  }
  if (sources.gguf != nullptr) add_from_gguf(capabilities, *sources.gguf);
  add_if(capabilities, sources.has_projector, capability::kVision);
  return capabilities;
}

std::string jinja_of(const CapabilitySources& sources) {
  return sources.gguf == nullptr ? std::string(sources.chat_template)
                                 : sources.gguf->text("tokenizer.chat_template");
}

}  // namespace

bool uses_go_template(const CapabilitySources& sources) {
  Capabilities own = own_capabilities(sources);
  add_if(own, family_thinks(sources), capability::kThinking);
  return takes_go_template(sources.go_template, jinja_of(sources), own, sources.forced);
}

std::vector<std::string> find_capabilities(const CapabilitySources& sources) {
  Capabilities capabilities = own_capabilities(sources);
  if (only_embeds(sources, capabilities)) return capabilities;
  const Capabilities shown = uses_go_template(sources)
                                 ? go_template_capabilities(sources.go_template)
                                 : jinja_capabilities(jinja_of(sources));
  for (const std::string& name : shown) add_if(capabilities, true, name.c_str());
  add_if(capabilities, family_thinks(sources), capability::kThinking);
  return capabilities;
}

}  // namespace axllama::store
