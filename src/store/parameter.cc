#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "store/modelfile.h"

namespace axllama::store {
namespace {

std::string joined(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) text += (text.empty() ? "" : " ") + value;
  return text;
}

std::unexpected<Error> invalid(std::string_view kind, const std::vector<std::string>& values) {
  return fail(ErrorCode::kInvalidArgument,
              "invalid " + std::string(kind) + " value [" + joined(values) + "]");
}

// The whole text as a number. Unlike from_chars it may have a plus sign.
template <class T>
std::optional<T> number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  T value = {};
  const auto end = text.data() + text.size();
  const auto done = std::from_chars(text.data(), end, value);
  if (done.ec != std::errc() || done.ptr != end) return std::nullopt;
  return value;
}

Result<OptionValue> parse_integer(const std::vector<std::string>& values) {
  const auto value = number<int64_t>(values.front());
  if (!value) return invalid("int", values);
  return *value;
}

Result<OptionValue> parse_float(const std::vector<std::string>& values) {
  const auto value = number<double>(values.front());
  // The option is a 32-bit number in Ollama.
  constexpr double kMost = std::numeric_limits<float>::max();
  if (!value || !(std::abs(*value) <= kMost)) return invalid("float", values);
  return *value;
}

Result<OptionValue> parse_bool(const std::vector<std::string>& values) {
  for (const char* word : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (values.front() == word) return true;
  }
  for (const char* word : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (values.front() == word) return false;
  }
  return invalid("bool", values);
}

}  // namespace

Result<OptionValue> parse_parameter(std::string_view name, const std::vector<std::string>& values) {
  const OptionInfo* info = find_option(name);
  if (info == nullptr) {
    return fail(ErrorCode::kInvalidArgument, "unknown parameter '" + std::string(name) + "'");
  }
  if (info->kind == OptionKind::kStrings) return values;
  const std::vector<std::string> given = values.empty() ? std::vector<std::string>{""} : values;
  if (info->kind == OptionKind::kInteger) return parse_integer(given);
  if (info->kind == OptionKind::kFloat) return parse_float(given);
  return parse_bool(given);
}

}  // namespace axllama::store
