#include "standin/runtime/live_settings.h"

#include <unistd.h>

#include <cctype>

#include "base/fd.h"
#include "standin/runtime/say.h"

namespace axllama::standin {
namespace {

std::string_view trim(std::string_view text) {
  const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::vector<KeyValue> parse_control(std::string_view text) {
  std::vector<KeyValue> values;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    const size_t equals = line.find('=');
    const std::string_view value = equals == std::string_view::npos ? "" : line.substr(equals + 1);
    values.emplace_back(trim(line.substr(0, equals)), trim(value));
  }
  return values;
}

std::vector<KeyValue> parse_environment(const char* const* environment) {
  constexpr std::string_view kPrefix = "AXCL_STANDIN_";
  std::vector<KeyValue> values;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    std::string_view variable = *environment;
    if (!variable.starts_with(kPrefix)) continue;
    variable.remove_prefix(kPrefix.size());
    const size_t equals = variable.find('=');
    if (equals == std::string_view::npos || equals + 1 == variable.size()) continue;
    std::string key;
    for (const char c : variable.substr(0, equals)) {
      key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    values.emplace_back(key, trim(variable.substr(equals + 1)));
  }
  return values;
}

LiveSettings::LiveSettings() : environment_(parse_environment(environ)) {
  for (const auto& [key, value] : environment_) {
    if (key == "control") control_ = value;
  }
  stamp_ = stamp(control_);
  reload();
}

LiveSettings::FileStamp LiveSettings::stamp(const std::string& path) {
  struct stat file = {};
  if (path.empty() || ::stat(path.c_str(), &file) != 0) return {};
  return {true, file.st_dev, file.st_ino, file.st_size,
          int64_t{file.st_mtim.tv_sec} * 1'000'000'000 + file.st_mtim.tv_nsec};
}

void LiveSettings::reload() {
  std::vector<KeyValue> values = environment_;
  std::vector<std::string> complaints;
  if (stamp_.present) {
    if (const auto text = read_file(control_, 1 << 20)) {
      for (KeyValue& value : parse_control(*text)) values.push_back(std::move(value));
    } else {
      complaints.push_back(text.error().text());
    }
  }
  auto settings = std::make_shared<const Settings>(make_settings(values, complaints));
  set_log_level(settings->log);
  for (const std::string& complaint : complaints) {
    if (said_.insert(complaint).second) say(LogLevel::kMisuse, complaint);
  }
  current_ = std::move(settings);
}

std::shared_ptr<const Settings> LiveSettings::get() {
  const std::scoped_lock lock(mutex_);
  if (control_.empty()) return current_;
  const FileStamp now = stamp(control_);
  if (now != stamp_) {
    stamp_ = now;
    reload();
  }
  return current_;
}

}  // namespace axllama::standin
