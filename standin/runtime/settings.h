// Everything about the stand-in that can be set: one table, from which the environment variables,
// the control file, the profiles, docs/standin.md and the tests come.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace axllama::standin {

// What happens to a run whose buffers break a binding rule of the card.
enum class Rule {
  kAllow,   // it is no rule
  kNan,     // the run succeeds, its outputs are all 0xFF bytes
  kRefuse,  // the run fails
};
enum class TimingMode { kOff, kReal, kVirtual };
// Which threads axclrtSetDevice gives a context.
enum class ImplicitContext { kFirst, kEvery };
// What axclrtGetDeviceProperties takes from the thread that calls it.
enum class Unbind { kNothing, kDevice, kContext };
enum class LogLevel { kQuiet, kMisuse, kDebug };

// The `call`-th call of `function` (1 is the next one) does nothing and returns `code`.
struct BadReturn {
  std::string function;
  uint64_t call = 0;
  int64_t code = 0;
  bool operator==(const BadReturn&) const = default;
};
struct SlowLoad {
  double factor = 1;  // of the modelled time
  int64_t extra_ns = 0;
  bool operator==(const SlowLoad&) const = default;
};

struct Settings {
  std::string profile;
  std::string control;
  std::string state;
  std::string counters;
  LogLevel log = LogLevel::kMisuse;

  std::vector<int64_t> cards;
  int64_t cmm_total_kb = 0;
  int64_t cmm_used_kb = 0;
  std::string version;
  std::string soc;
  int64_t address_alignment = 0;
  int64_t model_kind = 0;
  int64_t threads = 0;

  bool async = false;
  bool by_name_bug = false;
  bool check_pointers = false;
  ImplicitContext implicit_context = ImplicitContext::kFirst;
  Unbind properties_unbind = Unbind::kDevice;
  Rule bind_all = Rule::kNan;
  Rule exact_sizes = Rule::kAllow;
  Rule one_io_per_group = Rule::kAllow;
  Rule kv_row_alignment = Rule::kAllow;
  Rule offset_tables = Rule::kAllow;
  Rule chunk_outputs = Rule::kAllow;
  Rule alias = Rule::kNan;

  TimingMode timing = TimingMode::kOff;
  double execute_us = 0;
  double bandwidth_gbs = 0;
  double tops = 0;
  double submit_us = 0;
  double transfer_us = 0;
  double pcie_mbs = 0;
  double message_us = 0;
  double load_ms = 0;
  double load_mbs = 0;
  double properties_ms = 0;
  double reboot_ms = 0;

  bool driver_absent = false;
  bool card_absent = false;
  int64_t heartbeat_lost_at = 0;
  int64_t execute_timeout_at = 0;
  std::vector<BadReturn> bad_return;
  int64_t out_of_memory_at = 0;
  SlowLoad slow_load;
  bool load_hang = false;
  int64_t load_fail_at = 0;
  int64_t model_percent = 100;
  int64_t temperature = 0;
  int64_t temperature_ramp = 0;
  bool wedge_on_kill = false;
  bool leak_on_kill = false;
};

using Field =
    std::variant<bool Settings::*, int64_t Settings::*, double Settings::*, std::string Settings::*,
                 std::vector<int64_t> Settings::*, LogLevel Settings::*,
                 ImplicitContext Settings::*, Unbind Settings::*, Rule Settings::*,
                 TimingMode Settings::*, std::vector<BadReturn> Settings::*, SlowLoad Settings::*>;

struct SettingRow {
  const char* key;       // as in the control file; the variable is AXCL_STANDIN_<KEY>
  const char* fallback;  // as text
  Field field;
  const char* help;  // one line
};
std::span<const SettingRow> setting_table();
// "AXCL_STANDIN_CARDS" of "cards".
std::string variable_name(std::string_view key);
// What a value may be, in words: "flag", "whole number", "allow, nan or refuse".
const char* type_name(const Field& field);

// What a profile sets, as {key, value}; nothing for an unknown one.
using KeyValue = std::pair<std::string, std::string>;
std::vector<KeyValue> profile_values(std::string_view profile);
std::span<const char* const> profile_names();

// The table's fallbacks, then the profile that `values` name, then `values` in their order. Says in
// `complaints` what it couldn't use: unknown keys, values of the wrong type.
Settings make_settings(std::span<const KeyValue> values, std::vector<std::string>& complaints);

}  // namespace axllama::standin
