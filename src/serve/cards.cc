#include "serve/cards.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/env.h"
#include "base/log.h"
#include "base/process.h"

namespace axllama::serve {
namespace {

constexpr std::string_view kVendor = "0x1f4b";  // AXERA
constexpr std::chrono::seconds kGood{10};

std::string output_of(const std::string& command) {
  std::string text;
  std::FILE* const pipe = ::popen(command.c_str(), "re");
  if (pipe == nullptr) return text;
  char piece[4096];
  for (size_t got = 0; (got = std::fread(piece, 1, sizeof piece, pipe)) > 0;)
    text.append(piece, got);
  ::pclose(pipe);
  return text;
}

std::vector<CardMemory> ask_now(const std::string& program) {
  const std::string told = output_of("exec '" + program + "' devices --json 2>/dev/null");
  if (told.empty()) return {};
  Result<std::vector<CardMemory>> cards = read_cards(told);
  if (cards) return *std::move(cards);
  log_warn("the cards can't be asked: " + cards.error().text());
  return {};
}

}  // namespace

bool card_is_there(const std::filesystem::path& devices) {
  if (!env_get("AXLLAMA_AXCL_LIBRARY").empty()) return true;
  std::error_code none;
  for (const auto& device : std::filesystem::directory_iterator(devices, none)) {
    std::string vendor;
    if (std::ifstream(device.path() / "vendor") >> vendor && vendor == kVendor) return true;
  }
  return false;
}

Result<std::vector<CardMemory>> read_cards(std::string_view json) {
  const auto all = nlohmann::json::parse(json, nullptr, false);
  if (!all.is_array()) return fail(ErrorCode::kCorrupt, "no list of cards");
  std::vector<CardMemory> cards;
  for (const auto& one : all) {
    const bool good = one.is_object() && one.contains("device") && one["device"].is_number() &&
                      one.contains("driver") && one["driver"].is_string() &&
                      one.contains("memory") && one["memory"].is_number_unsigned() &&
                      one.contains("free") && one["free"].is_number_unsigned();
    if (!good) return fail(ErrorCode::kCorrupt, "an entry in the list of cards is none");
    cards.push_back({one["device"], one["driver"], one["memory"], one["free"]});
  }
  return cards;
}

Task<std::vector<CardMemory>> Cards::ask() {
  const auto now = std::chrono::steady_clock::now();
  if (now < until_) co_return known_;
  if (!card_is_there()) co_return std::vector<CardMemory>();
  const Result<std::filesystem::path> program = own_path();
  if (!program) co_return std::vector<CardMemory>();
  std::function<std::vector<CardMemory>()> question = [path = program->string()] {
    return ask_now(path);
  };
  known_ = co_await side_.run(std::move(question));
  until_ = std::chrono::steady_clock::now() + kGood;
  co_return known_;
}

}  // namespace axllama::serve
