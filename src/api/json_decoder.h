// Fills plain values from JSON by the rules of Go's encoding/json, with its error texts:
// keys match without regard to case, unknown keys are skipped, of equal keys the last one wins,
// null leaves a value as it is.
//
// A wrong type is a soft error: reading goes on, and the first one is told at the end. A hard error
// stops at once and takes precedence. The reading functions return false after a hard error only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "api/json_document.h"
#include "base/result.h"
#include "core/message.h"

namespace axllama::json {

// Levels that JSON may have which is passed on to a model's template.
constexpr size_t kMaxPassedDepth = 256;

using Read = std::function<bool(Value)>;

// A member of an object: its name and where its value goes.
struct Field {
  std::string_view name;
  std::variant<std::string*, int64_t*, bool*, std::optional<bool>*, std::vector<std::string>*, Read>
      target;
};

class Decoder {
 public:
  // `type` is Go's name of the type, e.g. "api.ChatRequest"; only errors show it.
  bool object(Value value, std::string_view type, const std::vector<Field>& fields);

  bool string(Value value, std::string& out);
  bool boolean(Value value, bool& out);
  bool boolean(Value value, std::optional<bool>& out);  // null clears it
  bool integer(Value value, int64_t& out);
  bool strings(Value value, std::vector<std::string>& out);
  // Base64, or an array of bytes as numbers.
  bool bytes(Value value, std::string_view type, std::string& out);
  // Any value at all; a number in it that is too large for a double is a soft error.
  bool any(Value value);
  // The same, kept as compact JSON; it must be shallow.
  bool text(Value value, JsonText& out);
  // Deeper than kMaxPassedDepth is a hard error.
  bool shallow(Value value);

  // An array; each element begins as T() and is filled by read(Value, T&).
  template <class T, class ReadOne>
  bool list(Value value, std::string_view type, std::vector<T>& out, ReadOne read);
  // An array of which nothing is kept: read(Value).
  template <class ReadOne>
  bool elements(Value value, std::string_view type, ReadOne read);
  // An object of any keys: read(std::string key, Value).
  template <class ReadOne>
  bool map(Value value, std::string_view type, ReadOne read);

  // What a Go type with its own UnmarshalJSON does: an error in `read` is hard outside.
  template <class ReadAll>
  bool nested(ReadAll read);

  // A soft error: `value` can't become a `type`.
  bool mismatch(Value value, std::string_view type);
  // A hard error with this text.
  bool stop(std::string text);

  // The error to answer with, if any: kInvalidArgument.
  Result<void> result() const;

 private:
  bool read(const Field& field, Value value);
  bool unsigned_byte(Value value, std::string& out);
  bool number_mismatch(std::string_view number, std::string_view type);
  bool soft(const std::string& what, std::string_view type);

  std::vector<std::string_view> path_;  // names of the fields around the value at hand
  std::string_view struct_;             // Go's name of the struct that errors name
  int nesting_ = 0;
  std::optional<std::string> soft_;
  std::optional<std::string> hard_;
};

template <class T, class ReadOne>
bool Decoder::list(Value value, std::string_view type, std::vector<T>& out, ReadOne read) {
  if (value.is_null() || value.kind() == Kind::kArray) out.clear();
  return elements(value, type, [&](Value element) { return read(element, out.emplace_back()); });
}

template <class ReadOne>
bool Decoder::elements(Value value, std::string_view type, ReadOne read) {
  if (value.is_null()) return true;
  if (value.kind() != Kind::kArray) return mismatch(value, type);
  return value.each_element(read);
}

template <class ReadOne>
bool Decoder::map(Value value, std::string_view type, ReadOne read) {
  if (value.kind() != Kind::kObject) return mismatch(value, type);
  return value.each_member(read);
}

template <class ReadAll>
bool Decoder::nested(ReadAll read) {
  const std::optional<std::string> outside = std::exchange(soft_, std::nullopt);
  ++nesting_;
  const bool goes_on = read();
  --nesting_;
  if (goes_on && soft_) hard_ = soft_;
  soft_ = outside;
  return goes_on && !hard_;
}

}  // namespace axllama::json
