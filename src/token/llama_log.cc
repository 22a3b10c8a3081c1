#include "token/llama_log.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <llama.h>

#include <span>
#include <string_view>
#include <utility>

#include "base/log.h"

namespace axllama {
namespace {

constexpr size_t kLinesInAnError = 3;

thread_local LlamaErrorLines* listener = nullptr;

// "llama_model_load: error loading model: no such key" -> "no such key"
std::string_view reason_in(std::string_view line) {
  const size_t colon = line.find(": ");
  const bool names_function = line.substr(0, colon).find(' ') == std::string_view::npos;
  if (colon != std::string_view::npos && names_function) line.remove_prefix(colon + 2);
  constexpr std::string_view kPreamble = "error loading model: ";
  while (line.starts_with(kPreamble)) line.remove_prefix(kPreamble.size());
  return line;
}

void tell_listener(std::string_view line) {
  const std::string_view reason = reason_in(line);
  if (reason.find("failed to load model") == std::string_view::npos)
    listener->add(std::string(reason));
}

void on_line(ggml_log_level level, const char* text, void*) {
  std::string_view line(text);
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
  if (line.empty()) return;
  const bool is_error = level == GGML_LOG_LEVEL_ERROR;
  if (is_error && listener != nullptr) tell_listener(line);
  const LogLevel ours = is_error && listener == nullptr ? LogLevel::kWarn : LogLevel::kDebug;
  if (!log_enabled(ours)) return;
  const std::string whole = fmt::format("llama: {}", line);
  ours == LogLevel::kWarn ? log_warn(whole) : log_debug(whole);
}

}  // namespace

void log_llama_lines() {
  llama_log_set(on_line, nullptr);
}

LlamaErrorLines::LlamaErrorLines() : outer_(std::exchange(listener, this)) {}
LlamaErrorLines::~LlamaErrorLines() {
  listener = outer_;
}

void LlamaErrorLines::add(std::string line) {
  lines_.push_back(std::move(line));
}

std::string LlamaErrorLines::text() const {
  const size_t kept = std::min(lines_.size(), kLinesInAnError);
  return fmt::format("{}", fmt::join(std::span(lines_).last(kept), "; "));
}

}  // namespace axllama
