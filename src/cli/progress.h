// Progress on standard error: redrawn in place on a terminal, else one line for each new status.
// Or, for programs, on standard output as the API streams it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/progress_text.h"

namespace axllama::cli {

enum class Shown {
  kProgress,
  kJson,  // {"status","total","completed"}, one a line
};

// A line on standard output, there as soon as it is printed: whoever reads it waits for it.
void print_json_line(std::string_view json);

class Progress {
 public:
  explicit Progress(Shown shown = Shown::kProgress);
  // Ends the present line.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  Shown shown() const { return json_ ? Shown::kJson : Shown::kProgress; }

  // A step with nothing to count. The same text again changes nothing.
  void status(const std::string& text);
  // A step that counts bytes; the label tells steps apart. Redraws at most every 100 ms.
  void bytes(const std::string& label, uint64_t completed, uint64_t total);
  // Takes the present line away, when it can be.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool begin(const std::string& label);
  void draw(const std::string& line);

  bool json_, terminal_;
  std::string label_;  // of the present line; empty: there is none
  Clock::time_point began_, drawn_;
  uint64_t began_at_ = 0;
};

// A sign of life on standard error while an answer is awaited; silent when that is no terminal.
class Spinner {
 public:
  Spinner();
  ~Spinner() { clear(); }
  Spinner(const Spinner&) = delete;
  Spinner& operator=(const Spinner&) = delete;

  void turn();
  // How far a load is: shown instead of the spinner from the next turn on.
  void set_load(std::string_view name, double share);
  // The load is over.
  void end_load() { load_.reset(); }
  // Takes it from the screen for good.
  void clear();

 private:
  bool on_;
  bool shown_ = false;
  struct Load {
    std::string name;
    double share;
  };
  std::optional<Load> load_;
  int64_t turns_ = 0;
};

}  // namespace axllama::cli
