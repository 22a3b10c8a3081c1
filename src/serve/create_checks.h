// What /api/create refuses before it touches the store. Pure functions of values.
#pragma once

#include "api/ollama.h"
#include "base/result.h"
#include "store/store.h"

namespace axllama::serve {

// kInvalidArgument for a file outside the model's folder, and for several adapters; kUnsupported
// for weights that would have to be converted.
Result<void> check_create(const ollama::CreateBody& body);

// RENDERER and PARSER name code of Ollama's. The names are kept, and here the model's own template
// does that work. kInvalidArgument for a name that Ollama has not, and for a renderer of a model
// without a template.
Result<void> check_renderer(const store::Recipe& recipe, bool has_template);

}  // namespace axllama::serve
