#include "api/json_scanner.h"

#include <limits>

#include "api/json_text.h"

namespace axllama::json {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// What may come next, outside a literal.
enum class Expect { kValue, kValueOrClose, kKey, kKeyOrClose, kColon, kCommaOrClose, kNothing };

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Result<std::vector<Part>> run() {
    skip_space();
    if (at_ == text_.size()) return fail(ErrorCode::kInvalidArgument, "EOF");
    while (expect_ != Expect::kNothing) {
      skip_space();
      if (at_ == text_.size()) return cut();
      AX_CHECK(step());
    }
    return std::move(parts_);
  }

 private:
  using Step = Result<void>;

  static std::unexpected<Error> cut() {
    return fail(ErrorCode::kInvalidArgument, "unexpected EOF");
  }

  // The byte at hand is wrong.
  Step wrong(std::string_view where) const {
    return fail(ErrorCode::kInvalidArgument,
                "invalid character " + quote_byte(text_[at_]) + " " + std::string(where));
  }

  bool ended() const { return at_ == text_.size(); }
  char here() const { return text_[at_]; }

  void skip_space() {
    while (!ended() && is_space(here())) ++at_;
  }

  Step step() {
    switch (expect_) {
      case Expect::kValueOrClose:
        return here() == ']' ? close() : value();
      case Expect::kKeyOrClose:
        return here() == '}' ? close() : key();
      case Expect::kKey:
        return key();
      case Expect::kColon:
        return colon();
      case Expect::kCommaOrClose:
        return comma_or_close();
      default:
        return value();
    }
  }

  Step value() {
    switch (here()) {
      case '{':
        return open(Kind::kObject, Expect::kKeyOrClose);
      case '[':
        return open(Kind::kArray, Expect::kValueOrClose);
      case '"':
        return literal(Kind::kString, &Scanner::string);
      case 't':
        return literal(Kind::kBool, &Scanner::true_word);
      case 'f':
        return literal(Kind::kBool, &Scanner::false_word);
      case 'n':
        return literal(Kind::kNull, &Scanner::null_word);
      default:
        if (here() != '-' && !is_digit(here())) return wrong("looking for beginning of value");
        return literal(Kind::kNumber, &Scanner::number);
    }
  }

  Step open(Kind kind, Expect next) {
    if (open_.size() == kMaxDepth) return wrong("exceeded max depth");
    open_.push_back(static_cast<uint32_t>(parts_.size()));
    begin(kind);
    ++at_;
    expect_ = next;
    return {};
  }

  Step close() {
    ++at_;
    end(parts_[open_.back()]);
    open_.pop_back();
    value_is_complete();
    return {};
  }

  Step key() {
    if (here() != '"') return wrong("looking for beginning of object key string");
    AX_CHECK(literal(Kind::kString, &Scanner::string));
    expect_ = Expect::kColon;
    return {};
  }

  Step colon() {
    if (here() != ':') return wrong("after object key");
    ++at_;
    expect_ = Expect::kValue;
    return {};
  }

  Step comma_or_close() {
    const bool object = parts_[open_.back()].kind == Kind::kObject;
    if (here() == (object ? '}' : ']')) return close();
    if (here() != ',') return wrong(object ? "after object key:value pair" : "after array element");
    ++at_;
    expect_ = object ? Expect::kKey : Expect::kValue;
    return {};
  }

  Step literal(Kind kind, Step (Scanner::*read)()) {
    const size_t index = parts_.size();
    begin(kind);
    AX_CHECK((this->*read)());
    end(parts_[index]);
    value_is_complete();
    return {};
  }

  void begin(Kind kind) { parts_.push_back({static_cast<uint32_t>(at_), 0, 0, kind}); }

  void end(Part& part) {
    part.end = static_cast<uint32_t>(at_);
    part.next = static_cast<uint32_t>(parts_.size());
  }

  void value_is_complete() { expect_ = open_.empty() ? Expect::kNothing : Expect::kCommaOrClose; }

  Step true_word() { return word("true", "in literal true (expecting '"); }
  Step false_word() { return word("false", "in literal false (expecting '"); }
  Step null_word() { return word("null", "in literal null (expecting '"); }

  Step word(std::string_view letters, std::string where) {
    for (const char letter : letters) {
      if (ended()) return cut();
      if (here() != letter) return wrong((where += letter) + "')");
      ++at_;
    }
    return {};
  }

  Step number() {
    if (here() == '-') ++at_;
    if (!ended() && here() == '0') {
      ++at_;
    } else {
      AX_CHECK(digits("in numeric literal"));
    }
    if (!ended() && here() == '.') {
      ++at_;
      AX_CHECK(digits("after decimal point in numeric literal"));
    }
    if (ended() || (here() != 'e' && here() != 'E')) return {};
    ++at_;
    if (!ended() && (here() == '+' || here() == '-')) ++at_;
    return digits("in exponent of numeric literal");
  }

  // One digit or more.
  Step digits(std::string_view where) {
    if (ended()) return cut();
    if (!is_digit(here())) return wrong(where);
    while (!ended() && is_digit(here())) ++at_;
    return {};
  }

  Step string() {
    for (++at_; !ended(); ++at_) {
      if (here() == '"') {
        ++at_;
        return {};
      }
      if (static_cast<unsigned char>(here()) < 0x20) return wrong("in string literal");
      if (here() == '\\') AX_CHECK(escape());
    }
    return cut();
  }

  // From the backslash to the escape's last byte.
  Step escape() {
    if (++at_; ended()) return cut();
    if (here() != 'u') {
      constexpr std::string_view kKnown = "bfnrt\\/\"";
      return kKnown.find(here()) == kKnown.npos ? wrong("in string escape code") : Step();
    }
    for (int i = 0; i < 4; ++i) {
      if (++at_; ended()) return cut();
      if (!is_hex(here())) return wrong("in \\u hexadecimal character escape");
    }
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
  Expect expect_ = Expect::kValue;
  std::vector<uint32_t> open_;  // indices of the arrays and objects around us
  std::vector<Part> parts_;
};

}  // namespace

Result<std::vector<Part>> scan(std::string_view text) {
  if (text.size() > std::numeric_limits<uint32_t>::max()) {
    return fail(ErrorCode::kTooLarge, "a JSON text may have at most 4 GiB");
  }
  return Scanner(text).run();
}

}  // namespace axllama::json
