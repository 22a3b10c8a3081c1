#include "standin/tests/cpu_tokens.h"

#include <algorithm>
#include <stdexcept>

#include "engine/llama/llama_engine.h"
#include "test_places.h"

namespace axllama::standin {
namespace {

std::string chat(const std::string& question) {
  return "<|im_start|>user\n" + question + "<|im_end|>\n<|im_start|>assistant\n";
}

std::vector<std::string> make_prompts() {
  std::vector<std::string> made = {"The capital of France is", "The capital of Japan is"};
  for (const char* country : {"France", "Italy", "Spain", "Portugal", "Norway", "Sweden", "Finland",
                              "Poland", "Japan", "Peru",  "Chile",    "Cuba",   "Egypt",  "Kenya",
                              "Ghana",  "India", "Iran",  "Iraq",     "Greece", "Turkey"}) {
    made.push_back(chat(std::string("What is the capital of ") + country + "?"));
  }
  for (const char* sum : {"3 plus 4", "1 plus 1", "5 plus 6", "2 plus 9", "7 plus 7", "8 plus 3",
                          "9 minus 4", "6 minus 2", "10 minus 3", "4 times 5"}) {
    made.push_back(chat(std::string("What is ") + sum + "?"));
  }
  for (const char* end : {"3", "5", "7", "9", "10", "12"}) {
    made.push_back(chat(std::string("Count to ") + end + "."));
  }
  for (const char* name : {"Clara", "Tom", "Anna", "Ben", "Emma", "Leo"}) {
    made.push_back(chat(std::string("My name is ") + name + ".") + "Nice to meet you, " + name +
                   ".<|im_end|>\n" + chat("What is my name?"));
  }
  for (const char* other :
       {"What is the capital of Germany?", "Hello!", "What colour is the sky?", "Tell me a story.",
        "Sort these words: pear, apple, fig.", "Repeat: red green blue"}) {
    made.push_back(chat(other));
  }
  return made;
}

}  // namespace

const std::vector<std::string>& prompts() {
  static const std::vector<std::string> made = make_prompts();
  return made;
}

Engine& cpu_engine() {
  static const std::unique_ptr<Engine> engine = [] {
    LoadSpec spec;
    spec.model = source_path("/models/sprout/sprout-f16.gguf");
    spec.context = 256;
    spec.threads = 1;
    Result<std::unique_ptr<Engine>> loaded = load_llama_engine(spec);
    if (!loaded) throw std::runtime_error(loaded.error().text());
    return *std::move(loaded);
  }();
  return *engine;
}

std::vector<int32_t> encoded(const std::string& prompt) {
  return cpu_engine().vocabulary().encode(prompt, true, true);
}

namespace {

std::vector<float> append(const std::vector<int32_t>& tokens) {
  std::vector<Row> rows;
  for (const int32_t token : tokens) rows.push_back({0, token, false});
  rows.back().wants_logits = true;
  std::vector<float> logits;
  const auto take = [&](size_t, const Logits& row) {
    logits.assign(row.f32.begin(), row.f32.end());
  };
  if (const Result<void> done = cpu_engine().step(rows, take, {}); !done) {
    throw std::runtime_error(done.error().text());
  }
  return logits;
}

}  // namespace

CpuAnswer cpu_greedy(const std::string& prompt, int count) {
  CpuAnswer answer;
  cpu_engine().truncate(0, 0);
  std::vector<int32_t> next = encoded(prompt);
  do {
    answer.logits.push_back(append(next));
    const std::vector<float>& logits = answer.logits.back();
    const auto best = std::ranges::max_element(logits) - logits.begin();
    answer.tokens.push_back(static_cast<int32_t>(best));
    next = {answer.tokens.back()};
  } while (std::ssize(answer.tokens) < count && !cpu_engine().vocabulary().is_end(next.front()));
  return answer;
}

const std::vector<CpuAnswer>& cpu_answers() {
  static const std::vector<CpuAnswer> answers = [] {
    std::vector<CpuAnswer> made;
    for (const std::string& prompt : prompts()) made.push_back(cpu_greedy(prompt, kAnswerTokens));
    return made;
  }();
  return answers;
}

}  // namespace axllama::standin
