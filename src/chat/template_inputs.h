// From a request to what llama.cpp's templates take.
#pragma once

#include "base/result.h"
#include "core/request.h"

struct common_chat_templates_inputs;

namespace axllama {

// The JSON schema that a format asks for; empty for none.
JsonText schema_of(const Format& format);

// Fills `inputs`, but for the format; marks stand for images in the texts. kInvalidArgument for
// JSON that is none.
Result<void> fill_inputs(const ChatRequest& request, bool parallel_calls,
                         common_chat_templates_inputs& inputs);

}  // namespace axllama
