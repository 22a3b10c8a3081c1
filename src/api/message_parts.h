// What the readers of messages in several dialects have in common.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/message.h"

namespace axllama {

// Parts of one message are one text, as Ollama's templates join them.
void add_text(Message& message, std::string_view text);
// The image stands behind the text that is there.
void add_image(Message& message, std::string image);

// The encoded image in a data URL; kInvalidArgument with Ollama's texts for any other.
Result<std::string> image_of_url(std::string_view url);

// Messages of the role tool learn the name of their tool from the call that they answer.
void name_tools(std::vector<Message>& messages);

}  // namespace axllama
