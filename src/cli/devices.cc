#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "runner/card_report.h"

namespace axllama::cli {
namespace {

std::string rounded(double value, const char* unit) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f %s", value, unit);
  return text;
}

std::string table_of(const std::vector<runner::CardReport>& cards) {
  std::vector<Row> rows;
  for (size_t i = 0; i < cards.size(); ++i) {
    const runner::CardReport& card = cards[i];
    rows.push_back({"npu:" + std::to_string(i), std::to_string(card.device), card.driver,
                    format_bytes(card.memory), format_bytes(card.free),
                    rounded(card.temperature, "C"), rounded(card.npu_load, "%")});
  }
  return table_text({"DEVICE", "AXCL ID", "DRIVER", "MEMORY", "FREE", "TEMPERATURE", "LOAD"}, rows);
}

std::string json_of(const std::vector<runner::CardReport>& cards) {
  auto all = nlohmann::ordered_json::array();
  for (const runner::CardReport& card : cards) {
    all.push_back({{"device", card.device},
                   {"driver", card.driver},
                   {"memory", card.memory},
                   {"free", card.free},
                   {"temperature", card.temperature},
                   {"npu_load", card.npu_load}});
  }
  return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

Result<int> devices_command(Args args) {
  bool json = false;
  Arguments arguments("devices", "List the NPU cards of this machine.");
  arguments.flag("--json", json, "as JSON, for programs");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  AX_TRY(const auto cards, runner::report_cards());
  std::fputs((json ? json_of(cards) : table_of(cards)).c_str(), stdout);
  return 0;
}

}  // namespace axllama::cli
