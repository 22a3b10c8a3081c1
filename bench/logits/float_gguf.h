// A model's weights as the NPU has them, for a CPU that computes in floats.
#pragma once

#include <string>

#include "base/result.h"

namespace axllama::logits {

// Writes a GGUF file like `source` whose matrices are rounded to bf16, as axllama-pack rounds them,
// and kept as floats: no weight is a reason for two engines to differ. Takes four bytes a weight,
// in memory too.
Result<void> write_float_gguf(const std::string& source, const std::string& target);

}  // namespace axllama::logits
