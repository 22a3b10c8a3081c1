#include <charconv>
#include <limits>

#include "api/json_text.h"
#include "api/ollama_fields.h"

namespace axllama::ollama {
namespace {

using json::Decoder;
using json::Kind;
using json::Value;

// A number cut to a whole one, as Go cuts it.
int64_t whole(Value value) {
  const std::string_view text = value.raw();
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  constexpr double kLimit = 9223372036854775808.0;
  const double real = value.number();
  if (real >= kLimit) return std::numeric_limits<int64_t>::max();
  if (real < -kLimit) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(real);
}

std::unexpected<Error> wrong(const OptionInfo& info, std::string_view must) {
  return fail(ErrorCode::kInternal,
              "option " + json::quote(info.name) + " must be " + std::string(must));
}

Result<OptionValue> texts(const OptionInfo& info, Value value) {
  if (value.kind() != Kind::kArray) return wrong(info, "of type array");
  std::vector<std::string> list;
  const bool all = value.each_element([&list](Value element) {
    if (element.kind() != Kind::kString) return false;
    list.push_back(element.string());
    return true;
  });
  if (!all) return wrong(info, "of an array of strings");
  return list;
}

Result<OptionValue> option_value(const OptionInfo& info, Value value) {
  switch (info.kind) {
    case OptionKind::kInteger:
      if (value.kind() != Kind::kNumber) return wrong(info, "of type integer");
      return whole(value);
    case OptionKind::kFloat:
      if (value.kind() != Kind::kNumber) return wrong(info, "of type float32");
      return value.number();
    case OptionKind::kBoolean:
      if (value.kind() != Kind::kBool) return wrong(info, "of type boolean");
      return value.boolean();
    default:
      return texts(info, value);
  }
}

}  // namespace

bool OptionFields::read(Decoder& decoder, Value value) {
  if (value.is_null()) {
    given_.clear();
    place_.clear();
    return true;
  }
  return decoder.map(value, "map[string]interface {}", [&](const std::string& name, Value member) {
    const auto [place, is_new] = place_.emplace(name, given_.size());
    if (is_new) {
      given_.emplace_back(name, member);
    } else {
      given_[place->second].second = member;
    }
    return decoder.any(member);
  });
}

Result<OptionList> OptionFields::list(std::vector<std::string>& ignored) const {
  OptionList options;
  for (const auto& [name, value] : given_) {
    const OptionInfo* info = find_option(name);
    if (info == nullptr) {
      ignored.push_back(name);
    } else if (!value.is_null()) {
      AX_TRY(OptionValue read_value, option_value(*info, value));
      options.emplace_back(name, std::move(read_value));
    }
  }
  return options;
}

}  // namespace axllama::ollama
