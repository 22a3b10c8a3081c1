#include "go_template/value.h"

#include <algorithm>

namespace axllama::go_template {

Value::Value(List value) : value_(std::make_shared<const List>(std::move(value))) {}
Value::Value(Map value) : value_(std::make_shared<const Map>(std::move(value))) {}
Value::Value(Struct value) : value_(std::make_shared<const Struct>(std::move(value))) {}

Value Value::in_box(bool boxed) const {
  Value value = *this;
  value.boxed_ = boxed;
  return value;
}

std::string Value::type() const {
  if (boolean() != nullptr) return "bool";
  if (integer() != nullptr) return "int";
  if (byte() != nullptr) return "uint8";
  if (real() != nullptr) return "float64";
  if (text() != nullptr) return "string";
  if (list() != nullptr) return list()->type;
  if (map() != nullptr) return map()->type;
  if (structure() != nullptr) return (structure()->pointer ? "*" : "") + structure()->type;
  return "<nil>";
}

bool Value::truth() const {
  if (const bool* value = boolean()) return *value;
  if (const int64_t* value = integer()) return *value != 0;
  if (const uint8_t* value = byte()) return *value != 0;
  if (const double* value = real()) return *value != 0.0;
  if (const std::string* value = text()) return !value->empty();
  if (const List* value = list()) return !value->items.empty();
  if (const Map* value = map()) return !value->entries.empty();
  return structure() != nullptr;
}

Value behind_pointer(const Value& value) {
  if (value.structure() == nullptr || !value.structure()->pointer) return value;
  Struct plain = *value.structure();
  plain.pointer = false;
  return plain;
}

const Field* Struct::find(std::string_view name) const {
  const auto field = std::ranges::find(fields, name, &Field::name);
  return field == fields.end() ? nullptr : &*field;
}

}  // namespace axllama::go_template
