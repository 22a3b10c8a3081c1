#include "standin/runtime/setting_values.h"

#include <charconv>
#include <optional>

namespace axllama::standin {
namespace {

template <class T>
std::optional<T> whole(std::string_view text) {
  int base = 10;
  const bool negative = text.starts_with('-');
  std::string_view digits = negative ? text.substr(1) : text;
  if (digits.starts_with("0x")) {
    base = 16;
    digits.remove_prefix(2);
  }
  T value = 0;
  const char* end = digits.data() + digits.size();
  const auto [last, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || last != end || digits.empty()) return std::nullopt;
  return negative ? static_cast<T>(-value) : value;
}

template <class T>
bool assign(T& target, std::optional<T> value) {
  if (value) target = std::move(*value);
  return value.has_value();
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    text = at == std::string_view::npos ? "" : text.substr(at + 1);
  }
  return parts;
}

template <class E>
struct Name {
  std::string_view name;
  E value;
};
template <class E, size_t n>
bool pick(E& target, std::string_view text, const Name<E> (&names)[n]) {
  for (const auto& [name, value] : names) {
    if (name != text) continue;
    target = value;
    return true;
  }
  return false;
}

bool read(bool& to, std::string_view text) {
  return pick(to, text,
              {{"1", true},
               {"true", true},
               {"on", true},
               {"yes", true},
               {"0", false},
               {"false", false},
               {"off", false},
               {"no", false}});
}
bool read(int64_t& to, std::string_view text) {
  return assign(to, whole<int64_t>(text));
}
bool read(std::string& to, std::string_view text) {
  to = text;
  return true;
}
bool read(double& to, std::string_view text) {
  double value = 0;
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || last != text.data() + text.size() || !(value >= 0)) return false;
  to = value;
  return true;
}
bool read(LogLevel& to, std::string_view text) {
  return pick(
      to, text,
      {{"quiet", LogLevel::kQuiet}, {"misuse", LogLevel::kMisuse}, {"debug", LogLevel::kDebug}});
}
bool read(ImplicitContext& to, std::string_view text) {
  return pick(to, text, {{"first", ImplicitContext::kFirst}, {"every", ImplicitContext::kEvery}});
}
bool read(Unbind& to, std::string_view text) {
  return pick(
      to, text,
      {{"nothing", Unbind::kNothing}, {"device", Unbind::kDevice}, {"context", Unbind::kContext}});
}
bool read(Rule& to, std::string_view text) {
  return pick(to, text, {{"allow", Rule::kAllow}, {"nan", Rule::kNan}, {"refuse", Rule::kRefuse}});
}
bool read(TimingMode& to, std::string_view text) {
  return pick(
      to, text,
      {{"off", TimingMode::kOff}, {"real", TimingMode::kReal}, {"virtual", TimingMode::kVirtual}});
}

bool read(std::vector<int64_t>& to, std::string_view text) {
  std::vector<int64_t> values;
  for (const std::string_view part : split(text, ',')) {
    const auto value = whole<int64_t>(part);
    if (!value || *value < 0 || *value > INT32_MAX) return false;
    values.push_back(*value);
  }
  if (values.size() > 16) return false;
  to = std::move(values);
  return true;
}

bool read(std::vector<BadReturn>& to, std::string_view text) {
  std::vector<BadReturn> values;
  for (const std::string_view part : split(text, ',')) {
    const auto words = split(part, ':');
    if (words.size() != 3) return false;
    const auto call = whole<uint64_t>(words[1]);
    const auto code = whole<int64_t>(words[2]);
    if (!call || *call == 0 || !code) return false;
    values.push_back({std::string(words[0]), *call, *code});
  }
  to = std::move(values);
  return true;
}

bool read(SlowLoad& to, std::string_view text) {
  SlowLoad value;
  double number = 0;
  if (text.ends_with("ms") && read(number, text.substr(0, text.size() - 2))) {
    value.extra_ns = static_cast<int64_t>(number * 1e6);
  } else if (text.ends_with('s') && read(number, text.substr(0, text.size() - 1))) {
    value.extra_ns = static_cast<int64_t>(number * 1e9);
  } else if (text.ends_with('x') && read(number, text.substr(0, text.size() - 1))) {
    value.factor = number;
  } else {
    return false;
  }
  to = value;
  return true;
}

struct TypeName {
  const char* operator()(bool Settings::*) const { return "flag"; }
  const char* operator()(int64_t Settings::*) const { return "whole number"; }
  const char* operator()(double Settings::*) const { return "number"; }
  const char* operator()(std::string Settings::*) const { return "text"; }
  const char* operator()(std::vector<int64_t> Settings::*) const { return "list of numbers"; }
  const char* operator()(LogLevel Settings::*) const { return "quiet, misuse or debug"; }
  const char* operator()(ImplicitContext Settings::*) const { return "first or every"; }
  const char* operator()(Unbind Settings::*) const { return "nothing, device or context"; }
  const char* operator()(Rule Settings::*) const { return "allow, nan or refuse"; }
  const char* operator()(TimingMode Settings::*) const { return "off, real or virtual"; }
  const char* operator()(std::vector<BadReturn> Settings::*) const {
    return "function:n:code list";
  }
  const char* operator()(SlowLoad Settings::*) const { return "factor or duration"; }
};

}  // namespace

const char* type_name(const Field& field) {
  return std::visit(TypeName{}, field);
}

bool set_field(Settings& settings, const Field& field, std::string_view text) {
  return std::visit([&](auto member) { return read(settings.*member, text); }, field);
}

}  // namespace axllama::standin
