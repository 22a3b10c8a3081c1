// One verb of a printf format at work.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "go_template/value.h"

namespace axllama::go_template {

struct VerbFlags {
  bool plus = false;
  bool minus = false;
  bool sharp = false;
  bool space = false;
  bool zero = false;
  bool plus_v = false;   // %+v
  bool sharp_v = false;  // %#v
  std::optional<int> width = {};
  std::optional<int> precision = {};
};

// Formats one value after another into `out`.
class VerbPrinter {
 public:
  VerbPrinter(std::string& out, VerbFlags flags) : out_(out), flags_(flags) {}
  // `verb`: a character; any that there is not shows as a fault in the text.
  void print(const Value& value, uint32_t verb);

 private:
  void print_inner(const Value& value, uint32_t verb, int depth);
  bool print_itself(const Value& value, uint32_t verb);
  void print_bool(bool value, uint32_t verb);
  void print_integer(int64_t value, uint32_t verb, const Value& whole);
  void print_real(double value, uint32_t verb, const Value& whole);
  void print_text(const std::string& text, uint32_t verb, const Value& whole);
  void print_list(const List& list, uint32_t verb, int depth);
  void print_map(const Map& map, uint32_t verb, int depth);
  void print_struct(const Struct& structure, uint32_t verb, int depth);

  void write_integer(int64_t value, int base, uint32_t verb, bool upper);
  void write_unicode(int64_t value);
  void write_hexadecimal(std::string_view text, bool upper);
  void write_quoted(std::string_view text);
  void bad_verb(const Value& value, uint32_t verb);
  void pad(std::string_view text);
  std::string_view cut(std::string_view text) const;

  std::string& out_;
  VerbFlags flags_;
};

}  // namespace axllama::go_template
