#include "api/json_document.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "api/json_scanner.h"
#include "api/json_text.h"
#include "api/json_writer.h"

namespace axllama::json {
namespace {

// The four hexadecimal digits after "\u" at the start of `text`.
std::optional<char32_t> escaped_unit(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  uint32_t unit = 0;
  const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
  if (error != std::errc() || end != text.data() + 6) return std::nullopt;
  return unit;
}

bool is_high_surrogate(char32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool is_low_surrogate(char32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

// Resolves the escape at the start of `text` and takes it away.
void take_escape(std::string_view& text, std::string& out) {
  const std::optional<char32_t> unit = escaped_unit(text);
  if (!unit) {
    constexpr std::string_view kLetters = "bfnrt";
    const size_t at = kLetters.find(text[1]);
    out += at == kLetters.npos ? text[1] : "\b\f\n\r\t"[at];
    text.remove_prefix(2);
    return;
  }
  text.remove_prefix(6);
  const std::optional<char32_t> second =
      is_high_surrogate(*unit) ? escaped_unit(text) : std::nullopt;
  if (second && is_low_surrogate(*second)) {
    append_rune(out, 0x10000 + ((*unit - 0xD800) << 10) + (*second - 0xDC00));
    text.remove_prefix(6);
  } else {
    append_rune(out, *unit);
  }
}

bool is_one(std::string_view text, Kind kind) {
  const Result<Document> document = Document::parse(text);
  return document && document->root().kind() == kind &&
         text.substr(document->size()).find_first_not_of(" \t\r\n") == text.npos;
}

}  // namespace

std::string unescape(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    if (raw[0] == '\\') {
      take_escape(raw, out);
      continue;
    }
    const std::string_view plain = raw.substr(0, raw.find('\\'));
    append_valid(out, plain);
    raw.remove_prefix(plain.size());
  }
  return out;
}

std::string_view Value::raw() const {
  return document_->text_.substr(part().begin, part().end - part().begin);
}

std::string Value::string() const {
  const std::string_view text = raw();
  return unescape(text.substr(1, text.size() - 2));
}

double Value::number() const {
  const std::string_view text = raw();
  double value = 0;
  const auto error = std::from_chars(text.data(), text.data() + text.size(), value).ec;
  // from_chars doesn't say whether the number was too large or too small.
  if (error == std::errc::result_out_of_range) return std::strtod(std::string(text).c_str(), {});
  return value;
}

std::string_view Value::overflow() const {
  for (uint32_t i = index_; i < part().next; ++i) {
    const Value inner(*document_, i);
    if (inner.kind() == Kind::kNumber && std::isinf(inner.number())) {
      return inner.raw();
    }
  }
  return {};
}

size_t Value::depth() const {
  size_t most = 0;
  std::vector<uint32_t> open;  // ends of what is open
  for (uint32_t i = index_; i < part().next; ++i) {
    while (!open.empty() && open.back() <= i) open.pop_back();
    const Part& inner = document_->parts_[i];
    if (inner.kind < Kind::kArray) continue;
    open.push_back(inner.next);
    most = std::max(most, open.size());
  }
  return most;
}

std::string Value::compact() const {
  std::string out;
  append_compact(out, raw(), Escape::kNeeded);
  return out;
}

Result<Document> Document::parse(std::string_view text) {
  AX_TRY(std::vector<Part> parts, scan(text));
  return Document(text, std::move(parts));
}

bool is_object(std::string_view text) {
  return is_one(text, Kind::kObject);
}

bool is_array(std::string_view text) {
  return is_one(text, Kind::kArray);
}

}  // namespace axllama::json
