// Templates of many families, as llama.cpp carries them in its source.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "chat/chat.h"
#include "chat/sprout_test_chat.h"
#include "test_places.h"

namespace axllama {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path kFolder = llama_lib_dir() + "/../src/models/templates";

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

ChatTemplate load(const std::string& name) {
  auto made = ChatTemplate::create(read(kFolder / (name + ".jinja")), sprout());
  if (!made) throw std::runtime_error(name + ": " + made.error().text());
  return *std::move(made);
}

class Families : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kFolder)) GTEST_SKIP() << "no templates in " << kFolder;
  }
};

TEST_F(Families, a_plain_conversation_is_rendered_by_all) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".jinja") continue;
    const auto made = ChatTemplate::create(read(entry.path()), sprout());
    ASSERT_TRUE(made.has_value()) << entry.path() << made.error().text();
    const auto rendered = made->render({.messages = {{.role = "user", .content = "Sesame?"},
                                                     {.role = "assistant", .content = "Opened."},
                                                     {.role = "user", .content = "Thanks!"}}});
    ASSERT_TRUE(rendered.has_value()) << entry.path() << rendered.error().text();
    EXPECT_THAT(rendered->prompt, HasSubstr("Sesame?")) << entry.path();
    EXPECT_THAT(rendered->prompt, HasSubstr("Opened.")) << entry.path();
    EXPECT_THAT(rendered->prompt, HasSubstr("Thanks!")) << entry.path();
    ++count;
  }
  EXPECT_GT(count, 50);
}

struct Case {
  const char* name;
  bool thinks;
  const char* answer;  // as a model of this family writes it
  const char* thinking;
  const char* content;
  std::vector<std::string> calls;
};

const std::vector<std::string> kBern = {R"(get_weather{"city":"Bern","days":2})"};

const Case kCases[] = {
    {"Qwen-Qwen3-0.6B", true,
     "<think>\nhm\n</think>\n\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": "
     "{\"city\": \"Bern\", \"days\": 2}}\n</tool_call>",
     "hm\n", "", kBern},
    {"Qwen-Qwen2.5-7B-Instruct", false,
     "Sure.\n<tool_call>\n{\"name\": \"get_weather\", \"arguments\": "
     "{\"city\": \"Bern\", \"days\": 2}}\n</tool_call>",
     "", "Sure.\n", kBern},
    {"Qwen3-Coder", false,
     "Sure.\n<tool_call>\n<function=get_weather>\n<parameter=city>\nBern\n</parameter>\n"
     "<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>",
     "", "Sure.\n", kBern},
    {"Qwen3.5-4B", true,
     "hm\n</think>\n\n<tool_call>\n<function=get_weather>\n<parameter=city>\nBern\n</parameter>\n"
     "<parameter=days>\n2\n</parameter>\n</function>\n</tool_call>",
     "hm\n", "", kBern},
    {"meta-llama-Llama-3.2-3B-Instruct", false,
     "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Bern\", \"days\": 2}}", "", "",
     kBern},
    {"NousResearch-Hermes-3-Llama-3.1-8B-tool_use", false,
     "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Bern\", \"days\": 2}}\n"
     "</tool_call>",
     "", "", kBern},
    {"mistralai-Mistral-Nemo-Instruct-2407", false,
     "[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Bern\", \"days\": 2}, "
     "\"id\": \"123456789\"}]",
     "", "", kBern},
    {"openai-gpt-oss-120b", true,
     "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary "
     "to=functions.get_weather <|constrain|>json<|message|>{\"city\": \"Bern\", \"days\": 2}",
     "hm", "", kBern},
    {"google-gemma-4-31B-it", true,
     "<|channel>thought\nhm<channel|><|tool_call>call:get_weather{city:<|\"|>Bern<|\"|>,days:2}"
     "<tool_call|>",
     "hm", "", kBern},
    {"LFM2-8B-A1B", true,
     "<|tool_call_start|>[get_weather(city=\"Bern\", days=2)]<|tool_call_end|>", "", "", kBern},
    {"deepseek-ai-DeepSeek-R1-Distill-Qwen-32B",
     true,
     "hm\n</think>\n\nIt is < 3 degrees.",
     "hm\n",
     "It is < 3 degrees.",
     {}},
    {"HuggingFaceTB-SmolLM3-3B",
     true,
     "<think>\nhm\n</think>\n\nIt is cold.",
     "hm\n",
     "It is cold.",
     {}},
    {"google-gemma-2-2b-it", false, "It is *cold*.", "", "It is *cold*.", {}},
};

TEST_F(Families, answers_are_split_however_they_come) {
  std::mt19937 random(13);
  for (const Case& c : kCases) {
    const ChatTemplate made = load(c.name);
    EXPECT_EQ(made.supports_thinking(), c.thinks) << c.name;
    ChatRequest request{.messages = {{.role = "user", .content = "Weather?"}}};
    if (!c.calls.empty()) request.tools = {weather_tool(), add_tool()};
    const std::string text = c.answer;
    for (const auto& pieces : {std::vector{text}, one_by_one(text), at_random(text, random)}) {
      const Answer answer = parse(render(request, made).parser, pieces);
      EXPECT_EQ(answer.thinking, c.thinking) << c.name;
      EXPECT_EQ(answer.content, c.content) << c.name;
      EXPECT_EQ(answer.call_texts(), c.calls) << c.name;
    }
  }
}

TEST_F(Families, ids_that_a_model_gives_are_kept) {
  const ChatTemplate made = load("mistralai-Mistral-Nemo-Instruct-2407");
  const ChatRequest request{.messages = {{.role = "user", .content = "Weather?"}},
                            .tools = {weather_tool()}};
  const std::string text =
      "[TOOL_CALLS][{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Bern\"}, "
      "\"id\": \"123456789\"}]";
  for (const auto& pieces : {std::vector{text}, one_by_one(text)}) {
    const Answer answer = parse(render(request, made).parser, pieces);
    ASSERT_EQ(answer.calls.size(), 1U);
    EXPECT_EQ(answer.calls[0].id, "123456789");
  }
}

TEST_F(Families, a_grammar_of_a_format_can_be_used_with_all) {
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".jinja") continue;
    const auto made = ChatTemplate::create(read(entry.path()), sprout());
    ASSERT_TRUE(made.has_value());
    for (const bool think : {true, false}) {
      ChatRequest request{.messages = {{.role = "user", .content = "Who?"}},
                          .think = Think{.on = think}};
      request.settings.format = {.kind = Format::Kind::kJson};
      const auto rendered = made->render(request);
      ASSERT_TRUE(rendered.has_value()) << entry.path() << rendered.error().text();
      EXPECT_FALSE(rendered->grammar.gbnf.empty()) << entry.path();
      const auto sampler = Sampler::create(sprout(), {}, rendered->grammar);
      EXPECT_TRUE(sampler.has_value()) << entry.path() << sampler.error().text();
    }
  }
}

}  // namespace
}  // namespace axllama
