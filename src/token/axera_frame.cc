#include "token/axera_frame.h"

#include <fmt/format.h>

#include <charconv>

#include "token/tokenizer_source.h"

namespace axllama {
namespace {

constexpr int kMagic = 430;
constexpr size_t kMostMerges = 4 * kMostTokens;

// Numbers that are separated by blanks; a blank may stand at the end.
Result<std::vector<size_t>> read_numbers(TextLines& lines, std::string_view what) {
  std::string_view line = lines.next();
  std::vector<size_t> numbers;
  while (!line.empty()) {
    size_t number = 0;
    const auto read = std::from_chars(line.begin(), line.end(), number);
    const bool ends = read.ptr == line.end() || *read.ptr == ' ';
    if (read.ec != std::errc() || !ends) return lines.wrong(fmt::format("{} expected", what));
    numbers.push_back(number);
    line.remove_prefix(static_cast<size_t>(read.ptr - line.begin()));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  }
  return numbers;
}

Result<AxeraKind> read_kind(TextLines& lines) {
  AX_TRY(const auto numbers, read_numbers(lines, "the magic number 430 and a kind"));
  if (numbers.size() != 2 || numbers[0] != kMagic) {
    return lines.wrong("no tokenizer text file: it begins with 430 and its kind");
  }
  if (numbers[1] > 3) return lines.wrong(fmt::format("unknown kind {}", numbers[1]));
  return static_cast<AxeraKind>(numbers[1]);
}

Result<void> read_sizes(TextLines& lines, AxeraHead& head) {
  AX_TRY(const auto sizes, read_numbers(lines, "the number of tokens"));
  const bool has_merges = head.kind == AxeraKind::kHuggingFace;
  const size_t least = has_merges ? 2 : 1;
  if (sizes.size() < least || sizes.size() > (has_merges ? 3 : 1)) {
    return lines.wrong(fmt::format("{} sizes; {} expected", sizes.size(), least));
  }
  if (sizes[0] == 0 || sizes[0] > kMostTokens) {
    return lines.wrong(fmt::format("{} tokens; 1 to {} can be", sizes[0], kMostTokens));
  }
  head.tokens = sizes[0];
  if (!has_merges) return {};
  if (sizes[1] > kMostMerges) return lines.wrong(fmt::format("{} merges", sizes[1]));
  head.merges = sizes[1];
  if (sizes.size() < 3) return {};
  if (sizes[2] > 4) return lines.wrong(fmt::format("unknown family {}", sizes[2]));
  head.family = static_cast<int>(sizes[2]);
  return {};
}

}  // namespace

std::string_view TextLines::next() {
  ++number_;
  const size_t end = rest_.find('\n');
  const std::string_view line = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  return line;
}

std::unexpected<Error> TextLines::wrong(std::string_view what) const {
  return fail(ErrorCode::kCorrupt, fmt::format("line {}: {}", number_, what));
}

Result<AxeraHead> read_axera_head(TextLines& lines) {
  AxeraHead head;
  AX_TRY(head.kind, read_kind(lines));
  AX_TRY(const auto counts, read_numbers(lines, "the counts of special, stop and prefix ids"));
  if (counts.size() != 3) return lines.wrong("three counts expected");
  AX_TRY(const auto ids, read_numbers(lines, "special, stop and prefix ids"));
  for (const size_t count : counts) {
    if (count > ids.size()) return lines.wrong(fmt::format("{} ids expected", count));
  }
  if (ids.size() != counts[0] + counts[1] + counts[2]) {
    return lines.wrong(fmt::format("{} ids; the line before says {}", ids.size(),
                                   counts[0] + counts[1] + counts[2]));
  }
  const int ids_line = lines.number();
  AX_CHECK(read_sizes(lines, head));
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] >= head.tokens) {
      return fail(ErrorCode::kCorrupt,
                  fmt::format("line {}: id {} of {} tokens", ids_line, ids[i], head.tokens));
    }
    auto& list = i < counts[0]               ? head.special
                 : i < counts[0] + counts[1] ? head.stops
                                             : head.prefix;
    list.push_back(static_cast<int>(ids[i]));
  }
  return head;
}

}  // namespace axllama
