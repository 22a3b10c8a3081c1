#include "core/options.h"

#include <algorithm>
#include <array>
#include <type_traits>

namespace axllama {
namespace {

constexpr auto kInteger = OptionKind::kInteger;
constexpr auto kFloat = OptionKind::kFloat;

constexpr std::array kOptionTable = {
    OptionInfo{"num_ctx", kInteger, true, &Options::num_ctx, "context length in tokens"},
    OptionInfo{"num_batch", kInteger, true, &Options::num_batch, "prompt tokens a step"},
    OptionInfo{"num_gpu", kInteger, true, &Options::num_gpu, "layers on a GPU (none here)"},
    OptionInfo{"main_gpu", kInteger, true, &Options::main_gpu, "first GPU (none here)"},
    OptionInfo{"use_mmap", OptionKind::kBoolean, true, &Options::use_mmap, "map the model file"},
    OptionInfo{"num_thread", kInteger, true, &Options::num_thread, "CPU threads"},
    OptionInfo{"draft_num_predict", kInteger, true, &Options::draft_num_predict,
               "tokens a draft model proposes"},
    OptionInfo{"num_keep", kInteger, false, &Options::num_keep,
               "first tokens kept when the context is full"},
    OptionInfo{"num_predict", kInteger, false, &Options::num_predict, "most tokens to generate"},
    OptionInfo{"temperature", kFloat, false, &Options::temperature, "0: always the likeliest"},
    OptionInfo{"top_k", kInteger, false, &Options::top_k, "draw from the k likeliest tokens"},
    OptionInfo{"top_p", kFloat, false, &Options::top_p, "draw from the likeliest, p together"},
    OptionInfo{"min_p", kFloat, false, &Options::min_p, "least share of the likeliest's chance"},
    OptionInfo{"typical_p", kFloat, false, &Options::typical_p, "locally typical sampling"},
    OptionInfo{"repeat_last_n", kInteger, false, &Options::repeat_last_n,
               "tokens that the penalties look back; -1: all"},
    OptionInfo{"repeat_penalty", kFloat, false, &Options::repeat_penalty, "1: none"},
    OptionInfo{"presence_penalty", kFloat, false, &Options::presence_penalty, "0: none"},
    OptionInfo{"frequency_penalty", kFloat, false, &Options::frequency_penalty, "0: none"},
    OptionInfo{"seed", kInteger, false, &Options::seed, "-1: another each time"},
    OptionInfo{"stop", OptionKind::kStrings, false, &Options::stop, "texts that end the answer"},
};

constexpr std::array kRetired = {"penalize_newline", "low_vram",  "f16_kv",   "logits_all",
                                 "vocab_only",       "use_mlock", "mirostat", "mirostat_tau",
                                 "mirostat_eta",     "tfs_z",     "numa"};

}  // namespace

std::span<const OptionInfo> option_table() {
  return kOptionTable;
}

const OptionInfo* find_option(std::string_view name) {
  const auto row = std::ranges::find(kOptionTable, name, &OptionInfo::name);
  return row == kOptionTable.end() ? nullptr : &*row;
}

bool is_retired_option(std::string_view name) {
  return std::ranges::find(kRetired, name) != kRetired.end();
}

void set_option(Options& options, std::string_view name, const OptionValue& value) {
  const OptionInfo* info = find_option(name);
  std::visit(
      [&](auto member) {
        using Value = std::remove_reference_t<decltype(options.*member)>;
        options.*member = std::get<Value>(value);
      },
      info->member);
}

void apply_options(Options& options, const OptionList& list) {
  for (const auto& [name, value] : list) set_option(options, name, value);
}

}  // namespace axllama
