// Where tests and benchmarks find what they need. The only file that is compiled with these paths
// is test_places.cc, so that a clone elsewhere finds all others in the compiler's cache.

#pragma once

#include <string>
#include <string_view>

namespace axllama {

// A path of the source tree: source_path("/models/sprout/sprout-q8_0.gguf").
std::string source_path(std::string_view below);

std::string llama_lib_dir();    // where llama.cpp's libraries are
std::string standin_library();  // the built libaxcl_rt.so
std::string pack_program();     // the built axllama-pack

}  // namespace axllama
