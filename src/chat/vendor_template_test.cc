// The built-in templates beside the vendors' own, which llama.cpp carries in its source.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "chat/chat.h"
#include "chat/sprout_test_chat.h"
#include "test_places.h"
#include "token/family_template.h"

namespace axllama {
namespace {

const std::filesystem::path kFolder = llama_lib_dir() + "/../src/models/templates";

const Message kSystem{.role = "system", .content = "Be brief."};
const Message kQuestion{.role = "user", .content = "Hello?"};
const Message kAnswer{.role = "assistant", .content = "Hi.", .thinking = "Greets."};
const Message kCall{
    .role = "assistant",
    .content = "",
    .thinking = "I need the weather.",
    .tool_calls = {
        {.id = "call_1", .name = "get_weather", .arguments = R"({"days": 2, "city": "a < b"})"}}};
const Message kCallAtOnce{
    .role = "assistant",
    .content = "Let me look.",
    .tool_calls = {{.id = "", .name = "get_weather", .arguments = R"({"city": "Bern"})"},
                   {.id = "", .index = 1, .name = "add", .arguments = R"({"a": 1.5})"}}};
const Message kResult{.role = "tool", .content = "sunny", .tool_name = "get_weather"};

struct Pair {
  const char* tokenizer_type;
  const char* vendors;
};

class VendorTemplate : public testing::TestWithParam<Pair> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "no templates in " << kFolder;
  }

  static ChatTemplate compile(const std::string& jinja) {
    auto made = ChatTemplate::create(jinja, sprout());
    if (!made) throw std::runtime_error(made.error().text());
    return *std::move(made);
  }
  static ChatTemplate vendors() {
    std::ifstream stream(kFolder / GetParam().vendors);
    return compile({std::istreambuf_iterator<char>(stream), {}});
  }
  // They write the vocabulary's first token, and the demo model's has another one.
  static std::string prompt(const ChatRequest& request, const ChatTemplate& chat_template) {
    const std::string text = render(request, chat_template).prompt;
    return text.substr(text.find("<|im_start|>"));
  }
};

TEST_P(VendorTemplate, gives_the_same_prompt) {
  const std::vector<std::vector<Message>> conversations = {
      {kQuestion},
      {kSystem, kQuestion},
      {kSystem, kQuestion, kAnswer, kQuestion},
      {kQuestion, kSystem, kQuestion},
      {kSystem, kQuestion, kCall, kResult},
      {kQuestion, kCallAtOnce, kResult, kResult},
      {kQuestion, kCall, kResult, kCallAtOnce, kResult},
      {kQuestion, kCall, kResult, kAnswer, kQuestion}};
  const ChatTemplate ours = compile(family_template(GetParam().tokenizer_type));
  const ChatTemplate theirs = vendors();
  for (const auto& messages : conversations) {
    for (const auto& tools : {std::vector<Tool>{}, {weather_tool(), add_tool()}}) {
      for (const auto& think : {std::optional<Think>(), std::optional(Think{.on = false})}) {
        const ChatRequest request{.messages = messages, .tools = tools, .think = think};
        EXPECT_EQ(prompt(request, ours), prompt(request, theirs));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Families, VendorTemplate,
                         testing::Values(Pair{"Qwen2_5", "Qwen-Qwen2.5-7B-Instruct.jinja"},
                                         Pair{"Qwen3", "Qwen-Qwen3-0.6B.jinja"},
                                         Pair{"MiniCPM5", "openbmb-MiniCPM5-1B.jinja"}),
                         [](const auto& pair) { return std::string(pair.param.tokenizer_type); });

}  // namespace
}  // namespace axllama
