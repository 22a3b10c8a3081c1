// The flags and words of one command line command.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama::cli {

// The words after the command's name.
using Args = std::span<const std::string>;

// Describes what a command takes, then reads it. The variables that are handed in must live as long
// as parse() runs; what is not given on the command line leaves them as they are.
class Arguments {
 public:
  // `name`: as typed, e.g. "show"; `description`: one sentence for its help.
  Arguments(std::string_view name, std::string_view description);
  ~Arguments();
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  // A switch; "--x" sets true, "--x=false" false.
  void flag(const char* names, bool& value, const char* help);
  // A switch that may carry a word: "--x" sets `bare`, "--x=word" the word.
  void flag_or_word(const char* name, const char* bare, std::string& value, const char* help);
  // "--x word" or "--x=word".
  void option(const char* names, std::string& value, const char* help);
  void option(const char* names, int64_t& value, const char* help);
  // Words without a dash, in the order of these calls.
  void word(const char* name, std::string& value, const char* help, bool required = true);
  void words(const char* name, std::vector<std::string>& values, const char* help, bool required);

  // Reads `args`. False when they asked for help, which was then printed. kInvalidArgument names
  // what can't be read.
  Result<bool> parse(Args args);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace axllama::cli
