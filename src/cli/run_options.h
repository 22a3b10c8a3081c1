// What `axllama run` was asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/requests.h"

namespace axllama::cli {

constexpr const char* kDefaultModel = "sprout";

struct RunOptions {
  Ask ask = {};
  std::string prompt = {};  // the words after the model, joined by blanks
  bool verbose = false;
  bool word_wrap = true;
  bool hide_thinking = false;
  bool truncate = true;    // embedding models only, as is the next
  int64_t dimensions = 0;  // 0: all
};

// Nothing when help was asked for, and printed.
Result<std::optional<RunOptions>> parse_run(Args args);

// What was piped in stands before the prompt.
std::string prompt_with_input(const std::string& input, const std::string& prompt);

}  // namespace axllama::cli
