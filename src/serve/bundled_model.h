// The bytes of the bundled model, models/sprout/sprout-q8_0.gguf, as they are linked into the
// program. They cost no memory until they are read.
#pragma once

#include <string_view>

namespace axllama::serve {

std::string_view bundled_model();

}  // namespace axllama::serve
