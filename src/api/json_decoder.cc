#include "api/json_decoder.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/base64.h"

namespace axllama::json {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "bool";
    case Kind::kNumber:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kArray:
      return "array";
    default:
      return "object";
  }
}

// A whole number written without point and exponent.
std::optional<int64_t> whole_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

bool Decoder::object(Value value, std::string_view type, const std::vector<Field>& fields) {
  if (value.is_null()) return true;
  if (value.kind() != Kind::kObject) return mismatch(value, type);
  const std::string_view around = struct_;
  const bool goes_on = value.each_member([&](const std::string& key, Value member) {
    const auto field = std::ranges::find_if(
        fields, [&key](const Field& each) { return same_name(each.name, key); });
    if (field == fields.end()) return true;
    // Go puts an inner decoder's path behind the outer one's, but keeps the outer struct's name.
    if (nesting_ == 0) struct_ = type.substr(type.find('.') + 1);
    path_.push_back(field->name);
    const bool read_on = read(*field, member);
    path_.pop_back();
    struct_ = around;
    return read_on;
  });
  return goes_on;
}

bool Decoder::read(const Field& field, Value value) {
  struct Visitor {
    Decoder& decoder;
    Value value;
    bool operator()(std::string* out) const { return decoder.string(value, *out); }
    bool operator()(int64_t* out) const { return decoder.integer(value, *out); }
    bool operator()(bool* out) const { return decoder.boolean(value, *out); }
    bool operator()(std::optional<bool>* out) const { return decoder.boolean(value, *out); }
    bool operator()(std::vector<std::string>* out) const { return decoder.strings(value, *out); }
    bool operator()(const Read& read_value) const { return read_value(value); }
  };
  return std::visit(Visitor{*this, value}, field.target);
}

bool Decoder::string(Value value, std::string& out) {
  if (value.is_null()) return true;
  if (value.kind() != Kind::kString) return mismatch(value, "string");
  out = value.string();
  return true;
}

bool Decoder::boolean(Value value, bool& out) {
  if (value.is_null()) return true;
  if (value.kind() != Kind::kBool) return mismatch(value, "bool");
  out = value.boolean();
  return true;
}

bool Decoder::boolean(Value value, std::optional<bool>& out) {
  if (value.is_null()) {
    out.reset();
    return true;
  }
  bool read_value = false;
  const bool goes_on = boolean(value, read_value);
  if (value.kind() == Kind::kBool) out = read_value;
  return goes_on;
}

bool Decoder::integer(Value value, int64_t& out) {
  if (value.is_null()) return true;
  if (value.kind() != Kind::kNumber) return mismatch(value, "int");
  const std::optional<int64_t> number = whole_number(value.raw());
  if (!number) return number_mismatch(value.raw(), "int");
  out = *number;
  return true;
}

bool Decoder::strings(Value value, std::vector<std::string>& out) {
  return list(value, "[]string", out,
              [this](Value element, std::string& text) { return string(element, text); });
}

bool Decoder::bytes(Value value, std::string_view type, std::string& out) {
  if (value.is_null()) {
    out.clear();
    return true;
  }
  if (value.kind() == Kind::kArray) {
    out.clear();
    return value.each_element([&](Value element) { return unsigned_byte(element, out); });
  }
  if (value.kind() != Kind::kString) return mismatch(value, type);
  Result<std::string> decoded = decode_base64(value.string());
  if (decoded) {
    out = *std::move(decoded);
  } else if (!soft_) {
    soft_ = decoded.error().message;
  }
  return true;
}

bool Decoder::unsigned_byte(Value value, std::string& out) {
  out += '\0';
  if (value.is_null()) return true;
  if (value.kind() != Kind::kNumber) return mismatch(value, "uint8");
  const std::optional<int64_t> number = whole_number(value.raw());
  if (!number || value.raw()[0] == '-' || *number > std::numeric_limits<uint8_t>::max()) {
    return number_mismatch(value.raw(), "uint8");
  }
  out.back() = static_cast<char>(*number);
  return true;
}

bool Decoder::any(Value value) {
  const std::string_view number = value.overflow();
  return number.empty() || number_mismatch(number, "float64");
}

bool Decoder::text(Value value, JsonText& out) {
  if (!shallow(value)) return false;
  out = value.compact();
  return any(value);
}

bool Decoder::shallow(Value value) {
  return value.depth() <= kMaxPassedDepth || stop("exceeded max depth");
}

bool Decoder::mismatch(Value value, std::string_view type) {
  return soft(std::string(kind_name(value.kind())), type);
}

bool Decoder::number_mismatch(std::string_view number, std::string_view type) {
  return soft("number " + std::string(number), type);
}

bool Decoder::soft(const std::string& what, std::string_view type) {
  if (soft_) return true;
  std::string text = "json: cannot unmarshal " + what + " into Go ";
  if (path_.empty()) {
    text += "value";
  } else {
    (text += "struct field ") += struct_;
    for (const std::string_view name : path_) (text += '.') += name;
  }
  (text += " of type ") += type;
  soft_ = std::move(text);
  return true;
}

bool Decoder::stop(std::string text) {
  hard_ = std::move(text);
  return false;
}

Result<void> Decoder::result() const {
  if (hard_) return fail(ErrorCode::kInvalidArgument, *hard_);
  if (soft_) return fail(ErrorCode::kInvalidArgument, *soft_);
  return {};
}

}  // namespace axllama::json
