// index, slice and len.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "go_template/functions.h"

namespace axllama::go_template {
namespace {

std::unexpected<Error> problem(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

std::string type_behind_pointer(const Value& value) {
  return behind_pointer(value).type();
}

// A place in something of `size` items; `size` itself is let through, as Go does here.
Result<size_t> place(const Value& index, size_t size) {
  int64_t value = 0;
  if (const int64_t* integer = index.integer()) {
    value = *integer;
  } else if (const uint8_t* byte = index.byte()) {
    value = *byte;
  } else if (index.is_nil()) {
    return problem("cannot index slice/array with nil");
  } else {
    return problem("cannot index slice/array with type " + index.type());
  }
  if (value < 0 || static_cast<uint64_t>(value) > size) {
    return problem(fmt::format("index out of range: {}", value));
  }
  return static_cast<size_t>(value);
}

Result<Value> item_of(const List& list, const Value& index) {
  AX_TRY(const size_t at, place(index, list.items.size()));
  if (at == list.items.size()) return problem("reflect: slice index out of range");
  return list.items[at].in_box(list.boxes);
}

Result<Value> byte_of(const std::string& text, const Value& index) {
  AX_TRY(const size_t at, place(index, text.size()));
  if (at == text.size()) return problem("reflect: string index out of range");
  return Value(static_cast<uint8_t>(text[at]));
}

Result<Value> entry_of(const Map& map, const Value& key) {
  if (key.is_nil()) return problem("value is nil; should be of type string");
  if (key.text() == nullptr) {
    return problem("value has type " + key.type() + "; should be string");
  }
  const auto entry = map.entries.find(*key.text());
  return (entry == map.entries.end() ? map.missing : entry->second).in_box(map.boxes);
}

}  // namespace

Result<Value> call_index(Arguments arguments) {
  Value item = arguments[0].in_box(false);
  if (item.is_nil()) return problem("index of untyped nil");
  for (const Value& index : arguments.subspan(1)) {
    Result<Value> next = problem("can't index item of type " + type_behind_pointer(item));
    if (item.is_nil()) next = problem("index of nil pointer");
    if (item.list() != nullptr) next = item_of(*item.list(), index);
    if (item.text() != nullptr) next = byte_of(*item.text(), index);
    if (item.map() != nullptr) next = entry_of(*item.map(), index);
    AX_TRY(item, std::move(next));
  }
  return item;
}

Result<Value> call_slice(Arguments arguments) {
  const Value& item = arguments[0];
  const Arguments indexes = arguments.subspan(1);
  const List* list = item.list();
  const std::string* text = item.text();
  if (item.is_nil()) return problem("slice of untyped nil");
  if (indexes.size() > 3) {
    return problem(fmt::format("too many slice indexes: {}", indexes.size()));
  }
  if (text != nullptr && indexes.size() == 3) return problem("cannot 3-index slice a string");
  if (text == nullptr && list == nullptr) {
    return problem("can't slice item of type " + type_behind_pointer(item));
  }
  const size_t size = text != nullptr ? text->size() : list->items.size();
  std::array<size_t, 3> bounds = {0, size, size};
  for (size_t i = 0; i < indexes.size(); ++i) {
    // Unlike index, Go's slice does not look into an interface.
    if (indexes[i].boxed()) return problem("cannot index slice/array with type interface {}");
    AX_TRY(bounds[i], place(indexes[i], size));
  }
  const auto [begin, end, capacity] = bounds;
  if (begin > end) return problem(fmt::format("invalid slice index: {} > {}", begin, end));
  if (end > capacity) return problem(fmt::format("invalid slice index: {} > {}", end, capacity));
  if (text != nullptr) return Value(text->substr(begin, end - begin));
  List part;
  part.type = list->type;
  part.boxes = list->boxes;
  part.print = list->print;
  const auto first = list->items.begin() + static_cast<ptrdiff_t>(begin);
  part.items.assign(first, first + static_cast<ptrdiff_t>(end - begin));
  return Value(std::move(part));
}

Result<Value> call_len(Arguments arguments) {
  const Value& item = arguments[0];
  const auto length = [](size_t size) { return Value(static_cast<int64_t>(size)); };
  if (const List* list = item.list()) return length(list->items.size());
  if (const Map* map = item.map()) return length(map->entries.size());
  if (const std::string* text = item.text()) return length(text->size());
  if (item.is_nil()) {
    return problem(item.boxed() ? "len of nil pointer"
                                : "reflect: call of reflect.Value.Type on zero Value");
  }
  return problem("len of type " + type_behind_pointer(item));
}

}  // namespace axllama::go_template
