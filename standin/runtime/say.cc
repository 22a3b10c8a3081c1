#include "standin/runtime/say.h"

#include <unistd.h>

#include <atomic>
#include <string>

namespace axllama::standin {
namespace {

std::atomic<LogLevel> g_level = LogLevel::kMisuse;

}  // namespace

void set_log_level(LogLevel level) {
  g_level = level;
}

void say(LogLevel level, std::string_view line) {
  if (level > g_level.load()) return;
  const std::string text = "axcl stand-in: " + std::string(line) + "\n";
  // One write, so that lines of several threads and processes don't mix.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace axllama::standin
