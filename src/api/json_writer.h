// Writes compact JSON, escaped as Go's json.Marshal does: <, >, & and U+2028/9 as \u escapes, too.
#pragma once

#include <string>
#include <string_view>

#include "api/json_number.h"

namespace axllama::json {

enum class Escape {
  kNeeded,  // only what JSON demands
  kHtml,    // also what could end a script element
};

// `text` with what is no UTF-8 replaced by U+FFFD.
void append_valid(std::string& out, std::string_view text);
// `text` as a JSON string with its quotes; what is no UTF-8 becomes \ufffd.
void append_string(std::string& out, std::string_view text, Escape escape = Escape::kHtml);
// Valid JSON without its white space.
void append_compact(std::string& out, std::string_view json, Escape escape = Escape::kHtml);

// One object or array, field by field. Names are written as they are.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  void text(std::string_view name, std::string_view value) {
    key(name);
    append_string(out_, value);
  }
  void flag(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
  }
  void integer(std::string_view name, int64_t value) {
    key(name);
    out_ += std::to_string(value);
  }
  void number(std::string_view name, double value) {
    key(name);
    out_ += json_number(value);
  }
  void null(std::string_view name) {
    key(name);
    out_ += "null";
  }
  // JSON that must be valid.
  void raw(std::string_view name, std::string_view json) {
    key(name);
    append_compact(out_, json);
  }

  // Go's omitempty.
  void text_if(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void integer_if(std::string_view name, int64_t value) {
    if (value != 0) integer(name, value);
  }

  // fields(Writer&) writes the object's fields.
  template <class Fields>
  void object(std::string_view name, Fields fields);
  // one(element, std::string& out) appends each element.
  template <class List, class One>
  void array(std::string_view name, const List& list, One one);
  template <class List, class One>
  void array_if(std::string_view name, const List& list, One one) {
    if (!list.empty()) array(name, list, one);
  }

 private:
  void key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    append_string(out_, name);
    out_ += ':';
  }

  std::string& out_;
  bool first_ = true;
};

// Appends an object: fields(Writer&) writes what is in it.
template <class Fields>
void append_object(std::string& out, Fields fields) {
  out += '{';
  Writer writer(out);
  fields(writer);
  out += '}';
}

// Appends an array: one(element, std::string& out) appends each element.
template <class List, class One>
void append_array(std::string& out, const List& list, One one) {
  out += '[';
  bool first = true;
  for (const auto& element : list) {
    if (!first) out += ',';
    first = false;
    one(element, out);
  }
  out += ']';
}

template <class Fields>
void Writer::object(std::string_view name, Fields fields) {
  key(name);
  append_object(out_, fields);
}

template <class List, class One>
void Writer::array(std::string_view name, const List& list, One one) {
  key(name);
  append_array(out_, list, one);
}

// The whole text of an object.
template <class Fields>
std::string object_text(Fields fields) {
  std::string out;
  append_object(out, fields);
  return out;
}

}  // namespace axllama::json
