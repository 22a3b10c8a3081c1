#include "api/message_parts.h"

#include <array>
#include <unordered_map>
#include <utility>

#include "base/base64.h"

namespace axllama {

void add_text(Message& message, std::string_view text) {
  if (!message.content.empty() && !text.empty()) message.content += "\n\n";
  message.content += text;
}

void add_image(Message& message, std::string image) {
  if (!message.content.empty()) {
    message.image_places.resize(message.images.size());
    message.image_places.push_back(message.content.size());
  }
  message.images.push_back(std::move(image));
}

Result<std::string> image_of_url(std::string_view url) {
  if (url.starts_with("http://") || url.starts_with("https://")) {
    return fail(ErrorCode::kInvalidArgument,
                "image URLs are not currently supported, please use base64 encoded data instead");
  }
  constexpr std::array<std::string_view, 5> kPrefixes = {
      "data:image/jpeg;base64,", "data:image/jpg;base64,", "data:image/png;base64,",
      "data:image/webp;base64,", "data:;base64,"};
  for (const std::string_view prefix : kPrefixes) {
    if (!url.starts_with(prefix)) continue;
    if (Result<std::string> image = decode_base64(url.substr(prefix.size()))) return image;
  }
  return fail(ErrorCode::kInvalidArgument, "invalid image input");
}

void name_tools(std::vector<Message>& messages) {
  std::unordered_map<std::string, std::string> names;  // by the id of a call, the latest counts
  for (Message& message : messages) {
    for (const ToolCall& call : message.tool_calls) {
      if (!call.id.empty()) names[call.id] = call.name;
    }
    if (message.role != "tool" || !message.tool_name.empty()) continue;
    const auto found = names.find(message.tool_call_id);
    if (found != names.end()) message.tool_name = found->second;
  }
}

}  // namespace axllama
