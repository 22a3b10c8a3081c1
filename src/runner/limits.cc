#include "runner/limits.h"

#include <algorithm>

namespace axllama::runner {

int64_t answer_limit(int64_t num_predict, int64_t context) {
  const int64_t most = 10 * context;
  return num_predict < 0 ? most : std::min(num_predict, most);
}

int64_t kept_tokens(int64_t num_keep, int64_t prompt, bool adds_bos, int64_t context) {
  const int64_t most = std::max<int64_t>(context - 4, 0);
  if (num_keep < 0) return std::min(prompt, most);
  return num_keep < most ? std::min(num_keep + (adds_bos ? 1 : 0), most) : most;
}

Prompt cut_prompt(Prompt prompt, int64_t context, int64_t keep) {
  const auto length = static_cast<int64_t>(prompt.tokens.size());
  const int64_t total = context - (context - keep) / 2;
  if (length <= total) return prompt;
  const size_t begin = before_image(prompt.tokens, static_cast<size_t>(keep));
  const size_t end = behind_image(prompt.tokens, static_cast<size_t>(length - (total - keep)));
  erase(prompt, begin, end);
  return prompt;
}

int64_t discarded_tokens(int64_t length, int64_t keep) {
  return std::max<int64_t>((length - keep) / 2, 1);
}

size_t droppable_messages(std::span<const Message> messages) {
  if (messages.empty()) return 0;
  const auto older = messages.first(messages.size() - 1);
  return static_cast<size_t>(
      std::ranges::count_if(older, [](const Message& one) { return one.role != "system"; }));
}

std::vector<Message> without_oldest(std::span<const Message> messages, size_t count) {
  std::vector<Message> kept;
  for (const Message& message : messages) {
    const bool goes = count > 0 && message.role != "system" && &message != &messages.back();
    if (goes) {
      --count;
    } else {
      kept.push_back(message);
    }
  }
  return kept;
}

}  // namespace axllama::runner
