// A tokenizer out of a GGUF file's keys. For the GGUF reader only.
#pragma once

#include <gguf.h>

#include "base/result.h"
#include "standin/pack/tokenizer.h"

namespace axllama::pack {

// Of kind kNone when the file has none. kUnsupported for kinds other than "gpt2" and "llama",
// kCorrupt when its arrays differ in length.
Result<Tokenizer> gguf_tokenizer(const gguf_context& file);

}  // namespace axllama::pack
