#include "standin/runtime/settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "standin/runtime/setting_values.h"

namespace axllama::standin {
namespace {

using S = Settings;

constexpr SettingRow kTable[] = {
    {"profile", "3.10.2", &S::profile, "sets groups of switches: strict, 2.25, 3.6.5 or 3.10.2"},
    {"control", "", &S::control,
     "file of \"key = value\" lines that outrank the environment and are read again when they "
     "change"},
    {"state", "", &S::state, "file through which several processes share the cards; else private"},
    {"counters", "", &S::counters,
     "where the counters go as JSON at exit: a file, or - for stderr"},
    {"log", "misuse", &S::log, "what is printed: quiet, misuse or debug"},

    {"cards", "3", &S::cards, "ids of the cards, at most 16, with commas between"},
    {"cmm_total_kb", "7208960", &S::cmm_total_kb, "memory for models and buffers of a card, KB"},
    {"cmm_used_kb", "18876", &S::cmm_used_kb, "how much of it is in use from the start, KB"},
    {"version", "V3.10.2", &S::version, "what axclrtGetFullVersion says"},
    {"soc", "AX650N", &S::soc, "what axclrtGetSocName says"},
    {"address_alignment", "4096", &S::address_alignment,
     "device pointers are multiples of it and no more; 128 at least"},
    {"model_kind", "2", &S::model_kind, "cores models are compiled for, less one: 0, 1 or 2"},
    {"threads", "0", &S::threads, "CPU threads that compute runs; 0: as many as there are cores"},

    {"async", "1", &S::async, "axclrtEngineExecuteAsync works; else it returns 4"},
    {"by_name_bug", "1", &S::by_name_bug, "Set/Get..BufferByName always mean entry 0"},
    {"check_pointers", "1", &S::check_pointers,
     "binding what is no device memory fails at once; else only the run fails"},
    {"implicit_context", "first", &S::implicit_context,
     "which threads axclrtSetDevice gives a context: first or every"},
    {"properties_unbind", "device", &S::properties_unbind,
     "what axclrtGetDeviceProperties unbinds from its thread: nothing, device or context"},
    {"bind_all", "nan", &S::bind_all,
     "rule: all inputs and outputs are bound; else an unbound input reads as NaN"},
    {"exact_sizes", "allow", &S::exact_sizes, "rule: bound sizes are exact, not larger"},
    {"one_io_per_group", "allow", &S::one_io_per_group,
     "rule: an IO handle serves one shape group"},
    {"kv_row_alignment", "allow", &S::kv_row_alignment,
     "rule: decode K/V outputs inside a cache begin at a multiple of 2 KB"},
    {"offset_tables", "allow", &S::offset_tables,
     "rule: indices and mask begin at a multiple of 2 KB in their allocation"},
    {"chunk_outputs", "allow", &S::chunk_outputs,
     "rule: K/V outputs of a chunk group are allocations of their own"},
    {"alias", "nan", &S::alias,
     "rule: no output overlaps an input, but for K/V rows in their cache"},

    {"timing", "off", &S::timing,
     "off, real (calls take the card's time) or virtual (a clock does)"},
    {"execute_us", "457", &S::execute_us, "fixed part of a blocking run"},
    {"bandwidth_gbs", "21.5", &S::bandwidth_gbs, "bytes a run moves: GB/s"},
    {"tops", "2.6", &S::tops, "operations of a run: 10^12/s"},
    {"submit_us", "20", &S::submit_us, "time an asynchronous call takes of its caller"},
    {"transfer_us", "300", &S::transfer_us, "handshake of a copy between host and card"},
    {"pcie_mbs", "350", &S::pcie_mbs, "copies between host and card: MB/s"},
    {"message_us", "130", &S::message_us, "any other call that asks the card"},
    {"load_ms", "2", &S::load_ms, "fixed part of loading a model"},
    {"load_mbs", "350", &S::load_mbs, "loading a file: MB/s"},
    {"properties_ms", "1500", &S::properties_ms, "axclrtGetDeviceProperties"},
    {"reboot_ms", "6000", &S::reboot_ms, "axclrtRebootDevice"},

    {"driver_absent", "0", &S::driver_absent, "fault: axclInit finds no driver (0x8030010b)"},
    {"card_absent", "0", &S::card_absent,
     "fault: axclInit finds no card (0x80300181); set later, the card was pulled"},
    {"heartbeat_lost_at", "0", &S::heartbeat_lost_at,
     "fault: the card dies at the n-th call that asks it, until axclrtRebootDevice"},
    {"execute_timeout_at", "0", &S::execute_timeout_at,
     "fault: the n-th run times out (0x80300705)"},
    {"bad_return", "", &S::bad_return,
     "fault: function:n:code, the function's n-th call does nothing and returns code; commas "
     "between"},
    {"out_of_memory_at", "0", &S::out_of_memory_at,
     "fault: nothing is allocated past so many bytes of this process"},
    {"slow_load", "1x", &S::slow_load,
     "fault: loads take 3x the modelled time, or 2s or 50ms more"},
    {"load_hang", "0", &S::load_hang, "fault: loads hang until this is 0 again"},
    {"load_fail_at", "0", &S::load_fail_at,
     "fault: the n-th load fails and keeps half of its memory until the process lets the card go"},
    {"model_percent", "100", &S::model_percent,
     "fault: card memory that a model takes, in percent of what its file tells"},
    {"temperature", "45000", &S::temperature, "of the card, in 0.001 degrees C"},
    {"temperature_ramp", "0", &S::temperature_ramp,
     "fault: how much it rises in a second; the card dies at 120000"},
    {"wedge_on_kill", "1", &S::wedge_on_kill,
     "a process killed in a run leaves a card that only axclrtRebootDevice mends (needs state)"},
    {"leak_on_kill", "1", &S::leak_on_kill,
     "memory of a killed process is gone until axclrtRebootDevice (needs state)"},
};

constexpr const char* kProfiles[] = {"strict", "2.25", "3.6.5", "3.10.2"};

struct ProfileRow {
  const char* key;
  std::array<const char*, std::size(kProfiles)> values;
};
// 2.25 is the vendor's first runner's time: it bound rows of packed tables. The rules of 3.6.5 are
// those that were measured on a card. 3.10.2 lets the vendor's published programs run, old and new.
constexpr ProfileRow kProfileTable[] = {
    {"version", {"V3.10.2", "V2.25.0", "V3.6.5", "V3.10.2"}},
    {"async", {"1", "0", "1", "1"}},
    {"address_alignment", {"128", "4096", "4096", "4096"}},
    {"properties_unbind", {"context", "device", "device", "device"}},
    {"bind_all", {"refuse", "nan", "nan", "nan"}},
    {"exact_sizes", {"refuse", "allow", "allow", "allow"}},
    {"one_io_per_group", {"refuse", "allow", "allow", "allow"}},
    {"kv_row_alignment", {"refuse", "allow", "nan", "allow"}},
    {"offset_tables", {"refuse", "allow", "nan", "allow"}},
    {"chunk_outputs", {"refuse", "allow", "nan", "allow"}},
    {"alias", {"refuse", "nan", "nan", "nan"}},
};

const SettingRow* find_row(std::string_view key) {
  const auto* row = std::ranges::find(kTable, key, &SettingRow::key);
  return row == std::end(kTable) ? nullptr : row;
}

void apply(Settings& settings, const KeyValue& value, std::vector<std::string>& complaints) {
  const SettingRow* row = find_row(value.first);
  if (row == nullptr) {
    complaints.push_back(fmt::format("no setting is called {}", value.first));
  } else if (!set_field(settings, row->field, value.second)) {
    complaints.push_back(fmt::format("{} = {}: not a {}; it stays as it was", value.first,
                                     value.second, type_name(row->field)));
  }
}

}  // namespace

std::span<const SettingRow> setting_table() {
  return kTable;
}
std::span<const char* const> profile_names() {
  return kProfiles;
}

std::string variable_name(std::string_view key) {
  std::string name = "AXCL_STANDIN_";
  for (const char c : key) name += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::vector<KeyValue> profile_values(std::string_view profile) {
  const auto* found = std::ranges::find(kProfiles, profile,
                                        [](const char* name) { return std::string_view(name); });
  std::vector<KeyValue> values;
  if (found == std::end(kProfiles)) return values;
  const auto column = static_cast<size_t>(found - std::begin(kProfiles));
  for (const ProfileRow& row : kProfileTable) values.emplace_back(row.key, row.values[column]);
  return values;
}

Settings make_settings(std::span<const KeyValue> values, std::vector<std::string>& complaints) {
  Settings settings;
  for (const SettingRow& row : kTable) apply(settings, {row.key, row.fallback}, complaints);
  std::string profile = settings.profile;
  for (const auto& [key, value] : values) {
    if (key == "profile") profile = value;
  }
  const auto preset = profile_values(profile);
  if (preset.empty()) complaints.push_back(fmt::format("no profile is called {}", profile));
  for (const KeyValue& value : preset) apply(settings, value, complaints);
  for (const KeyValue& value : values) apply(settings, value, complaints);
  return settings;
}

}  // namespace axllama::standin
