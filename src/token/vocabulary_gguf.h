// The GGUF side of vocabulary files. For vocabulary_file.cc only.
#pragma once

#include <string>

namespace axllama {

// The digest that a vocabulary file was written with; empty when `path` is no whole file of that
// kind.
std::string digest_in_vocabulary(const std::string& path);

}  // namespace axllama
