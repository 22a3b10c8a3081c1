// The data that a template works on: Go's values, as far as chat templates meet them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace axllama::go_template {

struct List;
struct Map;
struct Struct;

// Immutable once built. Big values are shared, not copied: templates hand them around all the time,
// and nobody changes them.
class Value {
 public:
  Value() = default;  // nil
  Value(bool value) : value_(value) {}
  Value(int64_t value) : value_(value) {}
  Value(int value) : value_(int64_t{value}) {}
  Value(uint8_t value) : value_(value) {}
  Value(double value) : value_(value) {}
  Value(std::string value) : value_(std::make_shared<const std::string>(std::move(value))) {}
  Value(std::string_view value) : Value(std::string(value)) {}
  Value(const char* value) : Value(std::string(value)) {}
  Value(List value);
  Value(Map value);
  Value(Struct value);

  bool is_nil() const { return std::holds_alternative<std::monostate>(value_); }
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const int64_t* integer() const { return std::get_if<int64_t>(&value_); }
  const uint8_t* byte() const { return std::get_if<uint8_t>(&value_); }  // uint8: of a string
  const double* real() const { return std::get_if<double>(&value_); }
  // nullptr when the value is of another kind.
  const std::string* text() const { return get<std::string>(); }
  const List* list() const { return get<List>(); }
  const Map* map() const { return get<Map>(); }
  const Struct* structure() const { return get<Struct>(); }

  // It came out of a place that may hold anything, and has not been looked into: Go then names its
  // type "interface {}" in errors, and nil there is not the same as no value at all.
  bool boxed() const { return boxed_; }
  Value in_box(bool boxed = true) const;

  // Go's name of the type: "string", "[]interface {}". In a box the name of what is inside.
  std::string type() const;
  // What `if` asks.
  bool truth() const;

 private:
  template <class T>
  const T* get() const {
    const auto* held = std::get_if<std::shared_ptr<const T>>(&value_);
    return held == nullptr ? nullptr : held->get();
  }

  std::variant<std::monostate, bool, int64_t, uint8_t, double, std::shared_ptr<const std::string>,
               std::shared_ptr<const List>, std::shared_ptr<const Map>,
               std::shared_ptr<const Struct>>
      value_;
  bool boxed_ = false;
};

// How a value prints itself: as Go's fmt does, or by a String method that its Go type has.
enum class Print {
  kPlain,
  kJson,         // as JSON; nil too
  kJsonOrEmpty,  // as JSON; nil as {}
  kOnlyItem,     // a list: its only item alone, nothing for none; also in JSON
};

struct List {
  std::vector<Value> items;
  std::string type = "[]interface {}";
  bool boxes = true;  // its items are interfaces
  bool nil = false;
  Print print = Print::kPlain;
};

struct Map {
  std::map<std::string, Value, std::less<>> entries;
  std::string type = "map[string]interface {}";
  bool boxes = true;  // its values are interfaces
  bool nil = false;
  Print print = Print::kPlain;
  Value missing = {};                     // what an unknown key gives
  std::vector<std::string> written = {};  // keys in the order in which JSON has them; empty: sorted
};

struct Field {
  std::string name;
  Value value;
  std::string json = {};  // its name in JSON; empty: the name
  bool omit_empty = false;
  bool boxes = false;  // it is an interface
};

// What a pointer points to; any other value as it is.
Value behind_pointer(const Value& value);

struct Struct {
  std::string type;
  std::vector<Field> fields;
  bool pointer = false;  // it stands behind a pointer
  Print print = Print::kPlain;
  const Field* find(std::string_view name) const;
};

}  // namespace axllama::go_template
