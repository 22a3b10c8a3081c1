// The options of a generation: one table, from which JSON, PARAMETER lines, `show` and help come.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace axllama {

// Values and defaults as in spec/ollama.md 7.1.
struct Options {
  // What the runner is loaded with; a change of these means another load.
  int64_t num_ctx = 0;      // tokens of context for each slot; 0: the server's default
  int64_t num_batch = 512;  // prompt tokens evaluated in one step
  int64_t num_gpu = -1;     // layers off the CPU; there is no GPU here: only 0 and -1 mean anything
  int64_t main_gpu = 0;
  bool use_mmap = true;
  int64_t num_thread = 0;  // 0: one a physical core
  int64_t draft_num_predict = 0;

  // What each request may choose.
  int64_t num_keep = 4;
  int64_t num_predict = -1;
  double temperature = 0.8;
  int64_t top_k = 40;
  double top_p = 0.9;
  double min_p = 0.0;
  double typical_p = 1.0;
  int64_t repeat_last_n = 64;
  double repeat_penalty = 1.0;
  double presence_penalty = 0.0;
  double frequency_penalty = 0.0;
  int64_t seed = -1;
  std::vector<std::string> stop = {};

  bool operator==(const Options&) const = default;
};

enum class OptionKind { kInteger, kFloat, kBoolean, kStrings };

using OptionValue = std::variant<int64_t, double, bool, std::vector<std::string>>;

struct OptionInfo {
  const char* name;
  OptionKind kind;
  bool reloads;  // a runner option: another value needs another load
  std::variant<int64_t Options::*, double Options::*, bool Options::*,
               std::vector<std::string> Options::*>
      member;
  const char* help;
};

std::span<const OptionInfo> option_table();
// nullptr for a name that is no option.
const OptionInfo* find_option(std::string_view name);
// Once an option, now ignored with a warning (spec/ollama.md 4.2).
bool is_retired_option(std::string_view name);

// Options given by a model or a request, in the order given; each value of its option's kind.
using OptionList = std::vector<std::pair<std::string, OptionValue>>;

// Sets one option. The value must be of the option's kind and the name in the table.
void set_option(Options& options, std::string_view name, const OptionValue& value);
// Applies a list over `options`.
void apply_options(Options& options, const OptionList& list);

}  // namespace axllama
