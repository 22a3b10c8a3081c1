// What GET /api/experimental/model-recommendations answers. Ollama asks its cloud; here it is the
// catalogue's models that can chat and whose speed is known.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "serve/cards.h"
#include "store/published.h"

namespace axllama::serve {

// {"recommendations":[{"model","description","context_length","vram_bytes"}]} in the catalogue's
// order; numbers that are not known are left out. Where cards are, only models that one has room
// for.
std::string recommendations_json(std::span<const store::PublishedModel> models,
                                 const std::vector<CardMemory>& cards);

}  // namespace axllama::serve
