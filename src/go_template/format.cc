#include "go_template/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "go_template/runes.h"
#include "go_template/verb.h"

namespace axllama::go_template {
namespace {

// A printf format and its arguments on their way through.
class Formatter {
 public:
  Formatter(std::string_view format, std::span<const Value> values)
      : rest_(format), values_(values) {}
  std::string run();

 private:
  void directive();
  void read_flags();
  void read_width();
  void read_precision();
  void read_argument_number();
  std::optional<int> number();
  std::optional<int> number_from_argument();
  void verb();
  void report_extra();
  bool take(char c);

  std::string_view rest_;
  std::span<const Value> values_;
  std::string out_;
  VerbFlags flags_;
  size_t argument_ = 0;
  bool numbered_ = false;      // this directive chose its argument by number
  bool good_number_ = true;    // and the number was one
  bool any_numbered_ = false;  // some directive did
};

bool Formatter::take(char c) {
  if (!rest_.starts_with(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

std::string Formatter::run() {
  while (!rest_.empty() && out_.size() <= kMostText) {
    const size_t percent = std::min(rest_.find('%'), rest_.size());
    out_ += rest_.substr(0, percent);
    rest_.remove_prefix(percent);
    if (take('%')) directive();
  }
  if (!any_numbered_ && argument_ < values_.size()) report_extra();
  return std::move(out_);
}

void Formatter::directive() {
  flags_ = {};
  numbered_ = false;
  good_number_ = true;
  read_flags();
  read_argument_number();
  read_width();
  read_precision();
  if (!numbered_) read_argument_number();
  if (rest_.empty()) {
    out_ += "%!(NOVERB)";
    return;
  }
  verb();
}

void Formatter::read_flags() {
  for (; !rest_.empty(); rest_.remove_prefix(1)) {
    switch (rest_.front()) {
      case '#':
        flags_.sharp = true;
        break;
      case '0':
        flags_.zero = true;
        break;
      case '+':
        flags_.plus = true;
        break;
      case '-':
        flags_.minus = true;
        break;
      case ' ':
        flags_.space = true;
        break;
      default:
        return;
    }
  }
}

std::optional<int> Formatter::number() {
  size_t length = 0;
  int value = 0;
  while (length < rest_.size() && is_digit(static_cast<unsigned char>(rest_[length]))) {
    if (value > kMostPadding) {
      rest_ = {};  // as Go, which then misses the verb
      return std::nullopt;
    }
    value = value * 10 + (rest_[length++] - '0');
  }
  if (length == 0) return std::nullopt;
  rest_.remove_prefix(length);
  return value;
}

// "[3]": the next argument is the third.
void Formatter::read_argument_number() {
  if (!rest_.starts_with('[')) return;
  any_numbered_ = true;
  const size_t close = rest_.find(']');
  if (close == std::string_view::npos) {
    good_number_ = false;
    rest_.remove_prefix(1);
    return;
  }
  const std::string_view after = rest_.substr(close + 1);
  rest_ = rest_.substr(1, close - 1);
  const auto chosen = number();
  const bool whole = chosen && rest_.empty();
  rest_ = after;
  if (whole && *chosen >= 1 && static_cast<size_t>(*chosen) <= values_.size()) {
    argument_ = static_cast<size_t>(*chosen) - 1;
    numbered_ = true;
  } else {
    good_number_ = false;
    numbered_ = whole;
  }
}

std::optional<int> Formatter::number_from_argument() {
  numbered_ = false;
  if (argument_ >= values_.size()) return std::nullopt;
  const int64_t* value = values_[argument_++].integer();
  if (value == nullptr || *value > kMostPadding || *value < -kMostPadding) return std::nullopt;
  return static_cast<int>(*value);
}

void Formatter::read_width() {
  if (take('*')) {
    flags_.width = number_from_argument();
    if (!flags_.width) out_ += "%!(BADWIDTH)";
    if (flags_.width && *flags_.width < 0) {
      flags_.width = -*flags_.width;
      flags_.minus = true;
      flags_.zero = false;
    }
    return;
  }
  flags_.width = number();
  if (numbered_ && flags_.width) good_number_ = false;
}

void Formatter::read_precision() {
  if (!rest_.starts_with('.') || rest_.size() == 1) return;
  rest_.remove_prefix(1);
  if (numbered_) good_number_ = false;
  read_argument_number();
  if (take('*')) {
    flags_.precision = number_from_argument();
    const bool negative = flags_.precision && *flags_.precision < 0;
    if (negative) flags_.precision.reset();
    if (!flags_.precision) out_ += "%!(BADPREC)";
    return;
  }
  flags_.precision = number();
  if (!flags_.precision) flags_.precision = 0;
}

void Formatter::verb() {
  const Rune rune = first_rune(rest_);
  rest_.remove_prefix(rune.size);
  const auto fault = [&](const char* what) {
    out_ += "%!";
    append_rune(out_, rune.code);
    out_ += what;
  };
  if (rune.code == '%') {
    out_ += '%';
  } else if (!good_number_) {
    fault("(BADINDEX)");
  } else if (argument_ >= values_.size()) {
    fault("(MISSING)");
  } else {
    if (rune.code == 'v') {
      flags_.sharp_v = std::exchange(flags_.sharp, false);
      flags_.plus_v = std::exchange(flags_.plus, false);
    }
    VerbPrinter(out_, flags_).print(values_[argument_++], rune.code);
  }
}

void Formatter::report_extra() {
  out_ += "%!(EXTRA ";
  for (size_t i = argument_; i < values_.size(); ++i) {
    if (i > argument_) out_ += ", ";
    const Value& value = values_[i];
    out_ += value.is_nil() ? "<nil>" : value.type() + "=" + show(value);
  }
  out_ += ')';
}

}  // namespace

std::string show(const Value& value) {
  std::string out;
  VerbPrinter(out, {}).print(value, 'v');
  return out;
}

std::string print(std::span<const Value> values) {
  std::string out;
  bool after_text = true;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool is_text = values[i].text() != nullptr;
    if (i > 0 && !is_text && !after_text) out += ' ';
    out += show(values[i]);
    after_text = is_text;
  }
  return out;
}

std::string println(std::span<const Value> values) {
  std::string out;
  for (size_t i = 0; i < values.size(); ++i) {
    out += (i > 0 ? " " : "") + show(values[i]);
  }
  return out + '\n';
}

std::string printf(std::string_view format, std::span<const Value> values) {
  return Formatter(format, values).run();
}

}  // namespace axllama::go_template
