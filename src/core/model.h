// What is known about a model without running it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace axllama {

struct ModelDetails {
  std::string parent_model;
  std::string format;  // "gguf"
  std::string family;  // architecture: "qwen3"
  std::vector<std::string> families;
  std::string parameter_size;      // "2.8M"
  std::string quantization_level;  // "Q8_0"
  int64_t context_length = 0;      // trained context in tokens; 0: unknown
  int64_t embedding_length = 0;    // hidden size; 0: unknown
  bool operator==(const ModelDetails&) const = default;
};

// What a model can do, in Ollama's words.
namespace capability {
constexpr const char* kCompletion = "completion";
constexpr const char* kTools = "tools";
constexpr const char* kInsert = "insert";
constexpr const char* kVision = "vision";
constexpr const char* kEmbedding = "embedding";
constexpr const char* kThinking = "thinking";
}  // namespace capability

}  // namespace axllama
