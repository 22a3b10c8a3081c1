// The loop in Python, as a program of its own.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "standin/tests/card.h"
#include "standin/tests/cpu_tokens.h"
#include "test_places.h"

namespace axllama::standin {
namespace {

constexpr size_t kTokens = 20;

void write_prompts(const std::filesystem::path& path) {
  std::ofstream lines(path);
  for (size_t i = 0; i < prompts().size(); ++i) {
    for (const int32_t token : encoded(prompts()[i])) lines << token << ' ';
    lines << '\n';
  }
}

std::vector<int32_t> tokens_of(const std::string& line) {
  std::istringstream numbers(line);
  return {std::istream_iterator<int32_t>(numbers), {}};
}

TEST(PythonLoop, gets_the_tokens_of_the_cpu_engine) {
  write_prompts(scratch() / "prompts");
  const std::string command =
      "AXCL_STANDIN_THREADS=1 python3 " + source_path("/standin/tests/reference_loop.py ") +
      standin_library() + " " + packed_sprout() + " " + std::to_string(kTokens) + " < " +
      (scratch() / "prompts").string() + " > " + (scratch() / "answers").string();
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
  std::ifstream answers(scratch() / "answers");
  for (size_t i = 0; i < prompts().size(); ++i) {
    std::string line;
    ASSERT_TRUE(std::getline(answers, line));
    std::vector<int32_t> got = tokens_of(line);
    std::vector<int32_t> want = cpu_greedy(prompts()[i], kTokens).tokens;
    got.resize(want.size());  // Python knows no end token
    EXPECT_EQ(got, want) << prompts()[i];
  }
}

}  // namespace
}  // namespace axllama::standin
