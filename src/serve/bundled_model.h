// The bytes of the bundled model, models/sprout/sprout-q8_0.gguf, and of models/catalogue.json, as
// they are linked into the program. They cost no memory until they are read.
#pragma once

#include <string_view>

namespace axllama::serve {

std::string_view bundled_model();
std::string_view bundled_catalogue();

}  // namespace axllama::serve
