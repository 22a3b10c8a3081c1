#include "store/registry_challenge.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace axllama::store {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

bool is_token(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool same_but_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Reads a header from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  void skip(std::string_view letters) {
    while (!rest_.empty() && letters.find(rest_.front()) != std::string_view::npos) {
      rest_.remove_prefix(1);
    }
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string token() {
    const auto end = std::ranges::find_if_not(rest_, is_token);
    return cut(static_cast<size_t>(end - rest_.begin()));
  }
  // A quoted text with its backslashes resolved, or what goes up to a comma or space.
  std::string value() {
    if (!take('"')) {
      const auto end = std::ranges::find_if(rest_, [](char c) { return c == ',' || is_space(c); });
      return cut(static_cast<size_t>(end - rest_.begin()));
    }
    std::string text;
    while (!rest_.empty() && !take('"')) {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      text += rest_.front();
      rest_.remove_prefix(1);
    }
    return text;
  }
  void drop_letter() {
    if (!rest_.empty()) rest_.remove_prefix(1);
  }

 private:
  std::string cut(size_t length) {
    const std::string text(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return text;
  }
  std::string_view rest_;
};

bool number(std::string_view& text, uint64_t& into) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

}  // namespace

std::optional<Challenge> parse_challenge(std::string_view header) {
  Reader reader(header);
  Challenge challenge;
  bool bearer = false;
  while (!reader.at_end()) {
    reader.skip(" \t,");
    const std::string word = reader.token();
    if (word.empty()) {
      reader.drop_letter();
      continue;
    }
    reader.skip(" \t");
    if (!reader.take('=')) {  // a scheme's name, not a parameter's
      if (bearer && !challenge.realm.empty()) break;
      bearer = same_but_case(word, "Bearer");
      continue;
    }
    reader.skip(" \t");
    const std::string value = reader.value();
    if (!bearer) continue;
    if (same_but_case(word, "realm")) challenge.realm = value;
    if (same_but_case(word, "service")) challenge.service = value;
    if (same_but_case(word, "scope")) challenge.scope = value;
  }
  if (challenge.realm.empty()) return std::nullopt;
  return challenge;
}

std::optional<ContentRange> parse_content_range(std::string_view text) {
  ContentRange range;
  if (!take(text, "bytes ")) return std::nullopt;
  if (!number(text, range.first) || !take(text, "-") || !number(text, range.last)) {
    return std::nullopt;
  }
  if (!take(text, "/") || range.last < range.first) return std::nullopt;
  if (text == "*") return range;
  uint64_t total = 0;
  if (!number(text, total) || !text.empty() || range.last >= total) return std::nullopt;
  range.total = total;
  return range;
}

std::optional<uint64_t> parse_upload_range(std::string_view text) {
  take(text, "bytes=");
  uint64_t first = 0, last = 0;
  if (!number(text, first) || !take(text, "-") || !number(text, last) || !text.empty()) {
    return std::nullopt;
  }
  if (first != 0 || last == UINT64_MAX) return std::nullopt;
  // Registries write "0-0" for nothing as well as for one byte; nobody sends one byte.
  return last == 0 ? 0 : last + 1;
}

std::string next_link(std::string_view header) {
  while (true) {
    const size_t open = header.find('<');
    const size_t close = header.find('>', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) return {};
    const std::string_view url = header.substr(open + 1, close - open - 1);
    header.remove_prefix(close + 1);
    const std::string_view parameters = header.substr(0, header.find('<'));
    for (const char* form : {"rel=\"next\"", "rel=next"}) {
      if (parameters.find(form) != std::string_view::npos) return std::string(url);
    }
  }
}

}  // namespace axllama::store
