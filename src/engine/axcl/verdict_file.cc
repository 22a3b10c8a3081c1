#include "engine/axcl/verdict_file.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <utility>

#include "base/digest.h"
#include "base/fd.h"
#include "base/log.h"

namespace axllama::npu {
namespace {

namespace fs = std::filesystem;

// Part of the file: raise it when the decoder's paths change, so that all is measured again.
constexpr const char* kTitle = "axllama self-check 2";
constexpr const char* kEnd = "end";
constexpr size_t kMostBytes = 64 << 10;

std::string line(const std::string& word, std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return word + " " + text + "\n";
}

std::string names(const Shortcuts& shortcuts) {
  std::string text;
  for (const ShortcutName& one : kShortcuts) {
    if (shortcuts.*one.member) text += (text.empty() ? "" : " ") + std::string(one.name);
  }
  return text;
}

bool* member(Shortcuts& shortcuts, std::string_view name) {
  for (const ShortcutName& one : kShortcuts) {
    if (one.name == name) return &(shortcuts.*one.member);
  }
  return nullptr;
}

bool set(Shortcuts& shortcuts, std::string_view name) {
  bool* const to = member(shortcuts, name);
  return to != nullptr && !std::exchange(*to, true);
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == text.npos;
}

// Of "bits d", "good a b" and "off c: why" lines and the end; nothing when anything else is there.
std::optional<Verdict> parse(std::istream& lines, const Shortcuts& wanted) {
  Verdict verdict;
  Shortcuts told;  // each once
  std::string text;
  if (!std::getline(lines, text) || !text.starts_with("bits ")) return std::nullopt;
  verdict.bits = text.substr(5);
  if (!is_digest(verdict.bits)) return std::nullopt;
  if (!std::getline(lines, text) || !text.starts_with("good ")) return std::nullopt;
  std::istringstream good(text.substr(5));
  for (std::string name; good >> name;) {
    if (!set(verdict.good, name) || !set(told, name)) return std::nullopt;
  }
  while (std::getline(lines, text) && text.starts_with("off ")) {
    const size_t colon = text.find(": ");
    if (colon == std::string::npos) return std::nullopt;
    const std::string name = text.substr(4, colon - 4);
    if (!set(told, name)) return std::nullopt;
    verdict.off.push_back({name, text.substr(colon + 2)});
  }
  if (text != kEnd || lines.peek() != std::istream::traits_type::eof()) return std::nullopt;
  return told == wanted ? std::optional(verdict) : std::nullopt;
}

}  // namespace

std::string model_digest(const axmodel::ModelFolder& folder) {
  Sha256 digest;
  digest.update(folder.compiler_version + "\n");
  std::vector<std::string> files = folder.layers;
  files.push_back(folder.head);
  for (const std::string& file : files) {
    std::error_code none;
    const uint64_t bytes = fs::file_size(file, none);
    const auto changed = fs::last_write_time(file, none).time_since_epoch().count();
    digest.update(fs::path(file).filename().string() + " " + std::to_string(bytes) + " " +
                  std::to_string(changed) + "\n");
  }
  return digest.hex();
}

VerdictFile::VerdictFile(const std::string& folder, const VerdictKey& key) : wanted_(key.wanted) {
  head_ = std::string(kTitle) + "\n" + line("driver", key.driver) + line("runtime", key.runtime) +
          line("model", key.model) + line("part", key.part) + line("wanted", names(key.wanted));
  if (!folder.empty()) path_ = fs::path(folder) / (sha256_hex(head_).substr(0, 32) + ".txt");
}

std::optional<Verdict> VerdictFile::read() const {
  if (path_.empty()) return std::nullopt;
  const Result<std::string> content = read_file(path_, kMostBytes);
  if (!content && content.error().code == ErrorCode::kNotFound) return std::nullopt;
  std::optional<Verdict> verdict;
  if (content && content->starts_with(head_) && content->ends_with('\n')) {
    std::istringstream lines(content->substr(head_.size()));
    verdict = parse(lines, wanted_);
  }
  if (!verdict) {
    log_warn("the remembered verdict " + path_ + " can't be used and is measured again: " +
             (content ? "it is not what was written" : content.error().text()));
  }
  return verdict;
}

void VerdictFile::write(const Verdict& verdict) const {
  if (path_.empty() || !verdict.lasting) return;
  std::string text = head_ + line("bits", verdict.bits) + line("good", names(verdict.good));
  for (const OffShortcut& one : verdict.off) text += line("off", one.name + ": " + one.why);
  text += std::string(kEnd) + "\n";
  const Result<void> written = write_file_atomically(path_, text);
  if (!written) log_warn("the verdict on the shortcuts is not kept: " + written.error().text());
}

void VerdictFile::forget() const {
  std::error_code none;
  if (!path_.empty()) fs::remove(path_, none);
}

}  // namespace axllama::npu
