#include "cli/answer_text.h"

#include <fmt/format.h>

namespace axllama::cli {
namespace {

constexpr const char* kGrey = "\x1b[90m";
constexpr const char* kPlain = "\x1b[0m";

double seconds(Nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

void add_duration(std::string& text, const char* label, Nanoseconds time) {
  if (time.count() > 0) text += fmt::format("{:<22}{}\n", label, format_duration(time));
}

void add_tokens(std::string& text, const std::string& name, int64_t tokens, Nanoseconds time) {
  if (tokens > 0) text += fmt::format("{:<22}{} token(s)\n", name + " count:", tokens);
  add_duration(text, (name + " duration:").c_str(), time);
  if (tokens > 0 && time.count() > 0) {
    const double rate = static_cast<double>(tokens) / seconds(time);
    text += fmt::format("{:<22}{:.2f} tokens/s\n", name + " rate:", rate);
  }
}

}  // namespace

std::string AnswerText::feed_thinking(const std::string& text) {
  thinking_ += text;
  if (style_.hide_thinking) return {};
  std::string out;
  if (!thinking_open_) {
    if (style_.grey_thinking) out += kGrey;
    out += "Thinking...\n";
    thinking_open_ = true;
  }
  return out + wrap_.feed(text);
}

std::string AnswerText::close_thinking() {
  thinking_open_ = false;
  std::string out = thinking_.ends_with('\n') ? "" : wrap_.feed("\n");
  out += "...done thinking.\n\n";
  if (style_.grey_thinking) out += kPlain;
  return out;
}

std::string AnswerText::feed(const Chunk& chunk) {
  std::string out;
  if (!chunk.thinking.empty()) out += feed_thinking(chunk.thinking);
  if (chunk.content.empty()) return out;
  if (thinking_open_) out += close_thinking();
  content_ += chunk.content;
  return out + wrap_.feed(chunk.content);
}

std::string AnswerText::finish() {
  return thinking_open_ && style_.grey_thinking ? kPlain : "";
}

std::string metrics_text(const Metrics& metrics) {
  std::string text;
  add_duration(text, "total duration:", metrics.total);
  add_duration(text, "load duration:", metrics.load);
  add_tokens(text, "prompt eval", metrics.prompt_tokens, metrics.prompt_time);
  add_tokens(text, "eval", metrics.answer_tokens, metrics.answer_time);
  return text;
}

}  // namespace axllama::cli
