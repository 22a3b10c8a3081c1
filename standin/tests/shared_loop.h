// A loop that only decodes and shares what layers can share: the way that was measured fastest on a
// card with blocking runs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "standin/tests/loaded_file.h"
#include "standin/tests/model_files.h"

namespace axllama::standin {

class SharedLoop {
 public:
  SharedLoop(const axcl::Library& api, const std::string& folder);

  // Logits [vocabulary] bf16 after a token at the next position.
  std::vector<uint16_t> decode(int32_t token);
  // Pretends that `tokens` are there; for measurements.
  void skip_to(size_t tokens);

 private:
  struct Layer {
    std::unique_ptr<LoadedFile> file;
    Buffer keys, values;  // [N, S] bf16
  };
  void bind_layer(Layer& layer, size_t index);

  const axcl::Library& api_;
  ModelFiles files_;
  std::vector<Layer> layers_;
  LoadedFile head_;
  Buffer indices_, mask_, hidden_[2], logits_;
  uint64_t row_bytes_ = 0;
  size_t filled_ = 0;
};

}  // namespace axllama::standin
