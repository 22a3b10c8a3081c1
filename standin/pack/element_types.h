// From stored elements to floats, through ggml. For the readers of source files only.
#pragma once

#include <ggml.h>

#include "base/result.h"
#include "standin/pack/source.h"

namespace axllama::pack {

// A tensor of ggml's `type` at `data`, which must hold all of it: checked against `available`
// bytes. kUnsupported for types that ggml can't turn into floats, kCorrupt when it doesn't fit.
Result<SourceTensor> source_tensor(const std::string& origin, ggml_type type, int64_t rows,
                                   int64_t columns, const std::byte* data, uint64_t available);

}  // namespace axllama::pack
