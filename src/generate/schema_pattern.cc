#include "generate/schema_pattern.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace axllama {
namespace {

// What may not stand in a JSON string as it is.
constexpr std::string_view kEscapedInJson = R"("\\\x00-\x1F\x7F)";
constexpr std::string_view kDigits = "0-9";
constexpr std::string_view kWord = "A-Za-z0-9_";
constexpr std::string_view kBlank = " ";
constexpr std::string_view kMeaning = "^$.[]()|{}*+?";  // unless escaped
constexpr size_t kMostRepetitions = 2000;               // llama.cpp's own limit

std::unexpected<Error> refuse(const std::string& what) {
  return fail(ErrorCode::kInvalidArgument, what);
}

// Of a class that an escape names: what it holds, and whether it holds all else.
struct NamedClass {
  std::string_view holds;
  bool inverted = false;
};

std::optional<NamedClass> named_class(char letter) {
  switch (letter) {
    case 'd':
      return NamedClass{kDigits};
    case 'D':
      return NamedClass{kDigits, true};
    case 'w':
      return NamedClass{kWord};
    case 'W':
      return NamedClass{kWord, true};
    case 's':
      return NamedClass{kBlank};
    case 'S':
      return NamedClass{kBlank, true};
    default:
      return std::nullopt;
  }
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool stands_in_json(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

class Translator {
 public:
  explicit Translator(std::string_view pattern) : rest_(pattern) {}

  Result<std::string> run() {
    const bool begins = take("^");
    while (!rest_.empty() && rest_ != "$") {
      AX_TRY(repeatable_, piece());
    }
    const bool ends = take("$");
    if (depth_ != 0) return refuse("the parentheses are not balanced");
    // What stands before or behind may be anything, but for alternatives need not be.
    const std::string any = "[^" + std::string(kEscapedInJson) + "]*";
    return "^" + (begins ? "" : any) + "(" + text_ + ")" + (ends ? "" : any) + "$";
  }

 private:
  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  char next() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  // Whether what was read can be repeated.
  Result<bool> piece() {
    const char first = rest_.front();
    if (first == '[' || first == '\\') {
      AX_CHECK(first == '[' ? a_class() : escape());
      return true;
    }
    if (first == '(' || first == '{') {
      AX_CHECK(first == '(' ? group() : repetition());
      return false;
    }
    const char c = next();
    if (c == '*' || c == '+' || c == '?') {
      AX_CHECK(quantifier(std::string(1, c)));
      return false;
    }
    if (c == '^' || c == '$') return refuse("an anchor stands inside");
    if (c == ']' || c == '}') return refuse(std::string("a ") + c + " stands alone");
    if (c == ')' && --depth_ < 0) return refuse("the parentheses are not balanced");
    if (c == '.') {
      text_ += "[^" + std::string(kEscapedInJson) + "]";
      return true;
    }
    if (!stands_in_json(c)) return refuse("JSON would have to escape one of its characters");
    text_ += c;
    return c != '|';
  }

  Result<void> group() {
    next();
    if (take("?:")) {
      text_ += "(";
    } else if (rest_.starts_with("?")) {
      return refuse("groups that begin with (? are not supported");
    } else {
      text_ += "(";
    }
    ++depth_;
    return {};
  }

  // Also takes the ? of a lazy one, which matches the same.
  Result<void> quantifier(const std::string& text) {
    if (!repeatable_) return refuse("there is nothing to repeat");
    text_ += text;
    take("?");
    if (rest_.starts_with("+")) return refuse("possessive quantifiers are not supported");
    return {};
  }

  Result<void> repetition() {
    const size_t end = rest_.find('}');
    if (end == std::string_view::npos) return refuse("a { is not closed");
    const std::string inside(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    const size_t comma = inside.find(',');
    AX_TRY(const size_t least, times(inside, inside.substr(0, comma)));
    if (comma != std::string::npos && comma + 1 < inside.size()) {
      AX_TRY(const size_t most, times(inside, inside.substr(comma + 1)));
      if (most < least) return refuse("{" + inside + "} has its numbers out of order");
    }
    return quantifier("{" + inside + "}");
  }

  static Result<size_t> times(const std::string& inside, const std::string& number) {
    if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos)
      return refuse("{" + inside + "} is no number of times");
    if (number.size() > 4 || std::stoul(number) > kMostRepetitions)
      return refuse("{" + inside + "} is too often");
    return std::stoul(number);
  }

  Result<void> escape() {
    next();
    if (rest_.empty()) return refuse("a backslash ends it");
    const char c = next();
    if (const auto named = named_class(c)) {
      text_ += named->inverted
                   ? "[^" + std::string(named->holds) + std::string(kEscapedInJson) + "]"
                   : "[" + std::string(named->holds) + "]";
      return {};
    }
    AX_TRY(const char literal, escaped_literal(c));
    if (kMeaning.find(literal) != std::string_view::npos) text_ += '\\';
    text_ += literal;
    return {};
  }

  static Result<char> escaped_literal(char c) {
    if (is_letter_or_digit(c)) return refuse(std::string("\\") + c + " is not supported");
    if (!stands_in_json(c)) return refuse("JSON would have to escape one of its characters");
    return c;
  }

  // '-' and what means something in a class of the grammar's are written with a backslash.
  static void add_literal(std::string& to, char c) {
    if (c == '-' || c == ']' || c == '[') to += '\\';
    to += c;
  }

  Result<void> a_class() {
    next();
    const bool inverted = take("^");
    std::string inside;
    while (!rest_.starts_with("]")) {
      if (rest_.empty()) return refuse("a [ is not closed");
      AX_CHECK(class_part(inside));
    }
    next();
    if (inside.empty()) return refuse("a class is empty");
    if (inverted) {
      text_ += "[^" + inside + std::string(kEscapedInJson) + "]";
    } else {
      // A '^' that comes first would invert it.
      if (inside.front() == '^') inside = inside.size() == 1 ? "\\x5E" : "\\x5E" + inside.substr(1);
      text_ += "[" + inside + "]";
    }
    return {};
  }

  Result<void> class_part(std::string& inside) {
    const bool escaped = take("\\");
    if (escaped && rest_.empty()) return refuse("a backslash ends it");
    char c = next();
    if (escaped) {
      if (const auto named = named_class(c)) {
        if (named->inverted) return refuse(std::string("\\") + c + " in a class is not supported");
        inside += named->holds;
        return {};
      }
      AX_TRY(c, escaped_literal(c));
    }
    if (!stands_in_json(c)) return refuse("JSON would have to escape one of its characters");
    const bool range = !escaped && rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']';
    add_literal(inside, c);
    if (!range) return {};
    next();
    const bool end_escaped = take("\\");
    if (rest_.empty()) return refuse("a [ is not closed");
    char end = next();
    if (end_escaped) {
      AX_TRY(end, escaped_literal(end));
    }
    if (!is_letter_or_digit(c) || !is_letter_or_digit(end) || end < c)
      return refuse("only ranges of letters and digits are supported");
    inside += '-';
    inside += end;
    return {};
  }

  std::string_view rest_;
  std::string text_;
  int depth_ = 0;
  bool repeatable_ = false;
};

// Of every day and every second there is; each matches nothing that its format doesn't, and not
// all that it does.
constexpr std::string_view kDate =
    "[1-9][0-9]{3}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|"
    "(0[13578]|1[02])-31)";
constexpr std::string_view kTime =
    "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+\\-]([01][0-9]|2[0-3]):[0-5][0-9])";
constexpr std::string_view kHost = "[a-z0-9]{1,30}(\\.[a-z0-9]{1,30}){0,4}\\.[a-z]{2,10}";
constexpr std::string_view kByte = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])";

}  // namespace

Result<std::string> grammar_pattern(std::string_view pattern) {
  auto translated = Translator(pattern).run();
  if (translated) return translated;
  return fail(ErrorCode::kInvalidArgument,
              "pattern \"" + std::string(pattern) + "\": " + translated.error().message);
}

std::string_view format_pattern(std::string_view format) {
  static const std::string date(kDate), time(kTime), host(kHost), byte(kByte);
  static const std::array<std::pair<std::string_view, std::string>, 9> kFormats = {{
      {"date", "^" + date + "$"},
      {"time", "^" + time + "$"},
      {"date-time", "^" + date + "T" + time + "$"},
      {"duration", "^P([0-9]{1,4}D(T[0-9]{1,2}H)?|T[0-9]{1,4}[HMS])$"},
      {"email", "^[a-z0-9]{1,30}(\\.[a-z0-9]{1,30}){0,2}@" + host + "$"},
      {"hostname", "^" + host + "$"},
      {"ipv4", "^" + byte + "(\\." + byte + "){3}$"},
      {"ipv6", "^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}$"},
      {"uri", "^https?://" + host + "(/[A-Za-z0-9_\\-]{1,30}){0,8}$"},
  }};
  for (const auto& [name, pattern] : kFormats) {
    if (name == format) return pattern;
  }
  return "";
}

}  // namespace axllama
