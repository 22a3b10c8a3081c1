// Typed access to a GGUF file's keys. For the GGUF readers only.
#pragma once

#include <gguf.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace axllama::pack {

struct GgufClose {
  void operator()(gguf_context* context) const { gguf_free(context); }
};
using GgufFile = std::unique_ptr<gguf_context, GgufClose>;

// Nothing when the key is missing or not of that sort. Integers of every width are accepted.
std::optional<int64_t> gguf_integer(const gguf_context& file, const std::string& key);
std::optional<double> gguf_number(const gguf_context& file, const std::string& key);
std::optional<bool> gguf_flag(const gguf_context& file, const std::string& key);
std::optional<std::string> gguf_text(const gguf_context& file, const std::string& key);
// Empty when missing.
std::vector<std::string> gguf_texts(const gguf_context& file, const std::string& key);
std::vector<int> gguf_integers(const gguf_context& file, const std::string& key);
std::vector<float> gguf_floats(const gguf_context& file, const std::string& key);

}  // namespace axllama::pack
