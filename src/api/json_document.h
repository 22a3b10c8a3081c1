// A JSON text, checked as Go's encoding/json checks it and kept as a flat list of its parts.
//
// Nothing is converted before it is asked for, nothing recurses, and a hostile text costs no more
// than its length: a part takes 16 bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama::json {

enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };

// Where a value or key stands in the text, quotes and brackets included.
struct Part {
  uint32_t begin;
  uint32_t end;
  uint32_t next;  // index of the part after it and all that is inside
  Kind kind;
};

class Document;

// One value of a document, which must outlive it.
class Value {
 public:
  Value(const Document& document, uint32_t index) : document_(&document), index_(index) {}

  Kind kind() const;
  bool is_null() const { return kind() == Kind::kNull; }
  // The value's own text, as it was given.
  std::string_view raw() const;

  // Each of these is only for its kind.
  bool boolean() const { return raw()[0] == 't'; }
  // Escapes resolved; invalid UTF-8 and half surrogate pairs become U+FFFD.
  std::string string() const;
  // The number; an infinity when it is too large for a double.
  double number() const;

  // Whether any number in it, however deep, is too large for a double: its text, else empty.
  std::string_view overflow() const;
  // Levels of arrays and objects, itself included.
  size_t depth() const;
  // The same JSON without white space; its strings are valid UTF-8.
  std::string compact() const;

  // Calls visit(Value) for each element of an array until it returns false; whether none did.
  template <class Visit>
  bool each_element(Visit visit) const;
  // Calls visit(std::string key, Value) for each member of an object, in the order given.
  template <class Visit>
  bool each_member(Visit visit) const;

 private:
  const Part& part() const;

  const Document* document_;
  uint32_t index_;
};

class Document {
 public:
  // Reads the first value in `text`, which must outlive the document; what follows is ignored.
  // Errors: kInvalidArgument with Go's text, e.g. `invalid character 'x' looking for beginning of
  // value`, "unexpected EOF"; "EOF" when there is nothing but white space; kTooLarge over 4 GiB.
  static Result<Document> parse(std::string_view text);

  Value root() const { return {*this, 0}; }
  // Bytes of the text up to the end of the first value.
  size_t size() const { return parts_.front().end; }

 private:
  friend class Value;
  Document(std::string_view text, std::vector<Part> parts)
      : text_(text), parts_(std::move(parts)) {}

  std::string_view text_;
  std::vector<Part> parts_;
};

// Whether `text` is one JSON object and nothing else; an array.
bool is_object(std::string_view text);
bool is_array(std::string_view text);
// What a JSON string's text stands for; `raw` without its quotes.
std::string unescape(std::string_view raw);

inline const Part& Value::part() const {
  return document_->parts_[index_];
}
inline Kind Value::kind() const {
  return part().kind;
}

template <class Visit>
bool Value::each_element(Visit visit) const {
  for (uint32_t i = index_ + 1; i < part().next; i = document_->parts_[i].next) {
    if (!visit(Value(*document_, i))) return false;
  }
  return true;
}

template <class Visit>
bool Value::each_member(Visit visit) const {
  for (uint32_t key = index_ + 1; key < part().next; key = document_->parts_[key + 1].next) {
    if (!visit(Value(*document_, key).string(), Value(*document_, key + 1))) return false;
  }
  return true;
}

}  // namespace axllama::json
