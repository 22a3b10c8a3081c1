// Ctrl-C and SIGTERM as a stop token, for long work that is to leave nothing half done.
#pragma once

#include <csignal>
#include <stop_token>
#include <thread>

namespace axllama::cli {

// While it lives both signals stop the token instead of the process. Make it before other threads.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  std::stop_token token() const { return source_.get_token(); }

 private:
  sigset_t old_;
  std::stop_source source_;
  std::jthread watcher_;
};

}  // namespace axllama::cli
