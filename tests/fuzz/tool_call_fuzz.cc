// Feeds an answer to the readers that serve models with Go templates, whole and in pieces. The
// first byte chooses the tag of calls, the second where the pieces end.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "chat/thinking_splitter.h"
#include "chat/tool_call_reader.h"

namespace {

using namespace axllama;

struct Answer {
  std::string thinking, content;
  std::vector<std::string> calls;
  bool operator==(const Answer&) const = default;

  void add(const std::vector<Event>& events) {
    for (const Event& event : events) {
      if (const auto* part = std::get_if<Content>(&event)) content += part->text;
      const auto* found = std::get_if<ToolCalls>(&event);
      if (found == nullptr) continue;
      for (const ToolCall& call : found->calls) calls.push_back(call.name + call.arguments);
    }
  }
};

struct Readers {
  ThinkingSplitter splitter;
  ToolCallReader calls;
  Answer answer = {};

  void take(const ThinkingSplitter::Pieces& pieces) {
    std::vector<Event> events;
    answer.thinking += pieces.thinking;
    if (!pieces.content.empty()) calls.push(pieces.content, events);
    answer.add(events);
  }
  Answer finish() {
    take(splitter.finish());
    std::vector<Event> events;
    calls.finish(events);
    answer.add(events);
    return answer;
  }
};

Answer read(Readers readers, std::string_view text, size_t longest, unsigned seed) {
  std::minstd_rand random(seed + 1);
  while (!text.empty()) {
    const size_t length = std::min(text.size(), 1 + random() % longest);
    readers.take(readers.splitter.push(text.substr(0, length)));
    text.remove_prefix(length);
  }
  return readers.finish();
}

size_t letters(std::string_view text) {
  return text.size() - static_cast<size_t>(std::ranges::count_if(
                           text, [](char c) { return std::string_view(" \t\r\n").contains(c); }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return -1;
  constexpr std::string_view kTags[] = {"<tool_call>", "{", "[", "[TOOL_CALLS]", "<|python_tag|>"};
  const bool begun = data[0] >= 128;  // the prompt has opened the thinking
  const Readers readers{
      ThinkingSplitter({"<think>", "</think>"}, begun),
      ToolCallReader(std::string(kTags[data[0] % std::size(kTags)]), {"f", "get", "get_weather"})};
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const Answer whole = read(readers, text, text.size(), 0);
  if (read(readers, text, 1 + data[1] % 16, data[1]) != whole) std::abort();
  // Text may only get lost as tags, calls and the space around them.
  const bool marked = begun || text.contains("think>");
  if (!marked && whole.calls.empty() && whole.content != text) std::abort();
  const size_t kept = letters(whole.thinking) + letters(whole.content);
  constexpr size_t kTagLetters = std::string_view("<think></think>").size();
  if (whole.calls.empty() && kept + kTagLetters < letters(text)) std::abort();
  return 0;
}
