#include "cli/remote.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "base/format.h"
#include "cli/table.h"

namespace axllama::cli {
namespace {

using Json = nlohmann::json;

// The machine that most people have, first.
std::string speed_of(const Json& speeds) {
  constexpr std::pair<const char*, const char*> kMachines[] = {{"raspberry_pi_5", "Raspberry Pi 5"},
                                                               {"rock_5b_plus", "ROCK 5B+"},
                                                               {"rk3576", "RK3576"},
                                                               {"axera_published", "on the chip"}};
  for (const auto& [key, machine] : kMachines) {
    if (const auto speed = speeds.find(key); speed != speeds.end() && speed->is_number())
      return fmt::format("{:.1f} tok/s ({})", speed->get<double>(), machine);
  }
  return {};
}

template <class T>
T value_or(const Json& object, const char* key, T fallback) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? fallback : found->get<T>();
}

RemoteModel model_of(const Json& entry) {
  RemoteModel model;
  model.name = entry.at("name").get<std::string>();
  model.size = value_or<uint64_t>(entry, "size", 0);
  model.context = value_or<int64_t>(entry, "context_length", 0);
  model.card_memory = value_or<uint64_t>(entry, "card_memory", 0);
  model.estimated = value_or(entry, "card_memory_estimated", false);
  model.speed = speed_of(value_or(entry, "tokens_per_second", Json::object()));
  model.capabilities = value_or(entry, "capabilities", std::vector<std::string>());
  model.minimum_sdk = value_or(entry, "minimum_sdk", std::string());
  if (const auto fits = entry.find("fits"); fits != entry.end() && fits->is_boolean())
    model.fits = fits->get<bool>();
  return model;
}

std::string or_dash(std::string text) {
  return text.empty() ? "-" : text;
}

Row row_of(const RemoteModel& model) {
  const std::string memory =
      model.card_memory == 0 ? "-" : (model.estimated ? "~" : "") + format_bytes(model.card_memory);
  return {model.name,
          model.size == 0 ? "-" : format_bytes(model.size),
          model.context == 0 ? "-" : std::to_string(model.context),
          memory,
          or_dash(model.speed),
          or_dash(fmt::format("{}", fmt::join(model.capabilities, ", "))),
          or_dash(model.minimum_sdk),
          model.fits ? (*model.fits ? "yes" : "no") : "unknown"};
}

}  // namespace

Result<std::vector<RemoteModel>> read_remote(std::string_view body) {
  try {
    std::vector<RemoteModel> models;
    const Json answer = Json::parse(body);
    for (const Json& entry : answer.at("models")) models.push_back(model_of(entry));
    return models;
  } catch (const Json::exception& error) {
    return fail(ErrorCode::kInternal,
                std::string("the server's catalogue can't be read: ") + error.what());
  }
}

std::string remote_text(const std::vector<RemoteModel>& models, std::string_view prefix) {
  std::vector<Row> rows;
  for (const RemoteModel& model : models) {
    if (model.name.starts_with(prefix)) rows.push_back(row_of(model));
  }
  return table_text({"NAME", "SIZE", "CONTEXT", "CARD MEMORY", "SPEED", "CAPABILITIES",
                     "MINIMUM SDK", "FITS NOW"},
                    rows);
}

}  // namespace axllama::cli
