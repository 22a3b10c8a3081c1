#include <fmt/format.h>
#include <llama.h>

#include <exception>
#include <stdexcept>
#include <string>

#include "base/log.h"
#include "token/llama_log.h"
#include "token/llama_runtime.h"

namespace axllama {
namespace {

thread_local bool guarded = false;

class Guarded {
 public:
  Guarded() : before_(std::exchange(guarded, true)) {}
  ~Guarded() { guarded = before_; }

 private:
  bool before_;
};

// The exception passes through libllama's frames, which are C++ made for exceptions; ggml's C
// frames hold nothing that would leak more than memory.
void on_assertion(const char* message) {
  if (guarded) throw std::runtime_error(message);
  log_error(fmt::format("llama: {}", message));
}

bool speaks_of_memory(std::string_view text) {
  for (const char* sign : {"failed to allocate", "unable to allocate", "bad_alloc"}) {
    if (text.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

Result<void> guard_llama(ErrorCode code, std::string_view what, const std::function<bool()>& load) {
  ggml_set_abort_callback(on_assertion);
  const Guarded guard;
  LlamaErrorLines lines;
  try {
    if (load()) return {};
  } catch (const std::exception& error) {
    lines.add(error.what());
  }
  const std::string reason = lines.text();
  return fail(speaks_of_memory(reason) ? ErrorCode::kNoMemory : code,
              fmt::format("{}: {}", what, reason.empty() ? "libllama gives no reason" : reason));
}

}  // namespace axllama
