#include "cli/progress.h"

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/terminal.h"

namespace axllama::cli {
namespace {

constexpr const char* kClearLine = "\r\x1b[K";

void put(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

using Json = nlohmann::ordered_json;

std::string json_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

void print_json_line(std::string_view json) {
  std::printf("%.*s\n", static_cast<int>(json.size()), json.data());
  std::fflush(stdout);
}

Progress::Progress(Shown shown)
    : json_(shown == Shown::kJson), terminal_(!json_ && is_terminal(STDERR_FILENO)) {}

Progress::~Progress() {
  if (terminal_ && !label_.empty()) put("\n");
}

bool Progress::begin(const std::string& label) {
  if (label == label_) return false;
  if (terminal_ && !label_.empty()) put("\n");
  label_ = label;
  began_ = drawn_ = Clock::now();
  if (!terminal_ && !json_) put(label + "\n");
  return true;
}

void Progress::draw(const std::string& line) {
  if (terminal_) put(kClearLine + line);
}

void Progress::status(const std::string& text) {
  if (!begin(text)) return;
  if (json_) print_json_line(json_text(Json{{"status", text}}));
  draw(text);
}

void Progress::bytes(const std::string& label, uint64_t completed, uint64_t total) {
  const bool first = begin(label);
  if (first) began_at_ = completed;
  const Clock::time_point now = Clock::now();
  if (!first && completed < total && now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  if (json_) {
    print_json_line(json_text(Json{{"status", label}, {"total", total}, {"completed", completed}}));
    return;
  }
  const double seconds = std::chrono::duration<double>(now - began_).count();
  Bar bar{label, total, completed};
  if (seconds > 1 && completed > began_at_) {
    bar.rate = static_cast<uint64_t>(static_cast<double>(completed - began_at_) / seconds);
  }
  draw(bar_text(bar, terminal_columns(STDERR_FILENO)));
}

void Progress::clear() {
  if (terminal_ && !label_.empty()) put(kClearLine);
  label_.clear();
}

Spinner::Spinner() : on_(is_terminal(STDERR_FILENO)) {}

void Spinner::turn() {
  if (!on_) return;
  shown_ = true;
  const std::string text =
      load_ ? load_text(load_->name, load_->share, terminal_columns(STDERR_FILENO) - 1)
            : spinner_text(turns_++);
  put(kClearLine + text + " ");
}

void Spinner::set_load(std::string_view name, double share) {
  load_ = Load{std::string(name), share};
}

void Spinner::clear() {
  if (shown_) put(kClearLine);
  shown_ = on_ = false;
}

}  // namespace axllama::cli
