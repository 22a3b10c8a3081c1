// libllama's log lines, led into ours or kept for an error message. For token/ and engine/llama
// only.
#pragma once

#include <string>
#include <vector>

namespace axllama {

// From now on libllama's errors are warnings of ours and all else is debug.
void log_llama_lines();

// While it lives, libllama's error lines on this thread are kept and go to the debug log only.
class LlamaErrorLines {
 public:
  LlamaErrorLines();
  ~LlamaErrorLines();
  LlamaErrorLines(const LlamaErrorLines&) = delete;
  LlamaErrorLines& operator=(const LlamaErrorLines&) = delete;

  void add(std::string line);
  // The last few lines, joined by "; ".
  std::string text() const;

 private:
  std::vector<std::string> lines_;
  LlamaErrorLines* outer_;
};

}  // namespace axllama
