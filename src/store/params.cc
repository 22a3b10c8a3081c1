#include "store/params.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/log.h"
#include "store/json_text.h"

namespace axllama::store {
namespace {

// Keys sorted, as Go writes maps.
using Json = nlohmann::json;

Result<Json> parse_object(std::string_view text) {
  const bool deep = json_too_deep(text);
  Json json = deep ? Json() : Json::parse(text, nullptr, false);
  if (!json.is_object()) return fail(ErrorCode::kCorrupt, "the parameters are no JSON object");
  return json;
}

std::optional<OptionValue> whole_value(const Json& json) {
  if (json.is_number_integer()) return json.get<int64_t>();
  if (!json.is_number_float()) return std::nullopt;
  const double value = json.get<double>();
  constexpr double kLimit = 9.2e18;
  if (!(std::abs(value) < kLimit)) return std::nullopt;
  return static_cast<int64_t>(value);
}

std::optional<OptionValue> strings_value(const Json& json) {
  if (json.is_string()) return std::vector<std::string>{json.get<std::string>()};
  if (!json.is_array()) return std::nullopt;
  std::vector<std::string> strings;
  for (const Json& entry : json) {
    if (!entry.is_string()) return std::nullopt;
    strings.push_back(entry.get<std::string>());
  }
  return strings;
}

std::optional<OptionValue> value_of_kind(const Json& json, OptionKind kind) {
  switch (kind) {
    case OptionKind::kInteger:
      return whole_value(json);
    case OptionKind::kFloat:
      if (json.is_number()) return json.get<double>();
      return std::nullopt;
    case OptionKind::kBoolean:
      if (json.is_boolean()) return json.get<bool>();
      return std::nullopt;
    case OptionKind::kStrings:
      return strings_value(json);
  }
  return std::nullopt;
}

Json json_of(double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  const bool whole = std::trunc(value) == value && std::abs(value) < kExact;
  return whole ? Json(static_cast<int64_t>(value)) : Json(value);
}

Json json_of(const OptionValue& value) {
  if (const double* number = std::get_if<double>(&value)) return json_of(*number);
  return std::visit([](const auto& plain) { return Json(plain); }, value);
}

}  // namespace

Result<OptionList> parse_params(std::string_view text) {
  AX_TRY(const Json json, parse_object(text));
  OptionList options;
  for (const auto& [name, entry] : json.items()) {
    const OptionInfo* info = find_option(name);
    const auto value = info == nullptr ? std::nullopt : value_of_kind(entry, info->kind);
    if (value) {
      options.emplace_back(name, *value);
    } else if (!is_retired_option(name) && !entry.is_null()) {
      log_warn("a model's parameter " + json_quote(name) + " is not understood and left out");
    }
  }
  return options;
}

Result<std::string> merge_params(std::string_view text, const OptionList& over) {
  AX_TRY(Json json, parse_object(text.empty() ? "{}" : text));
  for (const auto& [name, value] : over) json[name] = json_of(value);
  return go_encoded(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace axllama::store
