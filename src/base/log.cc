#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "base/env.h"

namespace axllama {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  return static_cast<spdlog::level::level_enum>(level);
}
static_assert(static_cast<int>(LogLevel::kTrace) == SPDLOG_LEVEL_TRACE);
static_assert(static_cast<int>(LogLevel::kError) == SPDLOG_LEVEL_ERROR);

spdlog::logger& logger() {
  static spdlog::logger instance = [] {
    spdlog::logger made("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made.set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %L %v");
    made.flush_on(spdlog::level::trace);
    return made;
  }();
  return instance;
}

}  // namespace

void log_configure(LogLevel level, std::string_view name) {
  logger().set_level(spdlog_level(level));
  const std::string prefix = name.empty() ? "" : "[" + std::string(name) + "] ";
  logger().set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %L " + prefix + "%v");
}

LogLevel log_level_from_env() {
  const std::string value = env_get("OLLAMA_DEBUG");
  if (value == "2") return LogLevel::kTrace;
  return env_flag("OLLAMA_DEBUG") ? LogLevel::kDebug : LogLevel::kInfo;
}

bool log_enabled(LogLevel level) {
  return logger().should_log(spdlog_level(level));
}

void log_trace(std::string_view line) {
  logger().trace(line);
}
void log_debug(std::string_view line) {
  logger().debug(line);
}
void log_info(std::string_view line) {
  logger().info(line);
}
void log_warn(std::string_view line) {
  logger().warn(line);
}
void log_error(std::string_view line) {
  logger().error(line);
}

}  // namespace axllama
