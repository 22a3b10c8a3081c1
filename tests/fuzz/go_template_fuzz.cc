// Feeds bytes to the Go template engine as a template, and to the readers of answers as an answer.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "chat/thinking_splitter.h"
#include "chat/tool_call_reader.h"
#include "go_template/inspect.h"
#include "go_template/json.h"
#include "go_template/template.h"

namespace {

using namespace axllama;

constexpr const char* kData = R"({
  "System": "Be brief.", "Prompt": "Hi", "Response": "", "Suffix": "end", "Think": true,
  "Messages": [{"Role": "user", "Content": "Hi <b>"}, {"Role": "assistant", "Content": "Ho",
                "ToolCalls": [{"Function": {"Name": "f", "Arguments": {"a": [1, null, 2.5]}}}]}],
  "Tools": [{"Function": {"Name": "f", "Parameters": {"Properties": {"a": {"Type": "string"}}}}}]
})";

void execute(const go_template::Template& pattern) {
  static const go_template::Value data = go_template::from_json(kData).value();
  const go_template::Limits limits{.output = 1 << 16, .steps = 5000};
  (void)pattern.execute(data, limits);
}

void as_template(std::string_view text) {
  const auto parsed = go_template::Template::parse(text);
  if (!parsed) return;
  execute(*parsed);
  execute(go_template::cut_behind_response(go_template::with_response(*parsed)));
  (void)go_template::field_names(*parsed);
  (void)go_template::thinking_tags(*parsed);
  (void)go_template::tool_call_tag(*parsed);
  (void)parsed->root()->shown();
}

// Text may only get lost as part of tags, calls and the space around them.
void as_answer(std::string_view text, std::string_view tag, size_t piece) {
  ThinkingSplitter splitter({"<think>", "</think>"}, false);
  ToolCallReader reader(std::string(tag), {"f", "get", "get_weather"});
  std::vector<Event> events;
  for (size_t i = 0; i < text.size(); i += piece) {
    reader.push(splitter.push(text.substr(i, piece)).content, events);
  }
  reader.push(splitter.finish().content, events);
  reader.finish(events);
  std::string content;
  bool calls = false;
  for (const Event& event : events) {
    if (const auto* part = std::get_if<Content>(&event)) content += part->text;
    calls = calls || std::holds_alternative<ToolCalls>(event);
  }
  const bool marked = text.find("think>") != std::string_view::npos;
  if (!calls && !marked && content != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const uint8_t choice = data[0];
  if (choice % 4 != 0) {
    as_template(text);
  } else {
    constexpr std::string_view kTags[] = {"<tool_call>", "{", "[", "[TOOL_CALLS]"};
    as_answer(text, kTags[choice / 4 % 4], 1 + choice / 16);
  }
  return 0;
}
