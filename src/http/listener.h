// A listening socket on a loop: accepts clients for a service.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "base/endpoint.h"
#include "base/fd.h"
#include "http/service.h"

namespace axllama {

class Listener {
 public:
  // Whether the path of a Unix socket goes when the listener does.
  enum class OnClose { kKeepPath, kUnlinkPath };

  // `socket` listens and doesn't block. Accepts from the loop's next turn on.
  Listener(std::shared_ptr<Service> service, Fd socket, OnClose on_close);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  ~Listener();

  Endpoint endpoint() const { return endpoint_; }
  // Tries again after the service was full.
  void resume();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the wait for clients
  Endpoint endpoint_;
  std::string path_;  // to unlink; empty: nothing
  dev_t device_ = 0;  // of the path, so that only our own socket is unlinked
  ino_t inode_ = 0;
};

}  // namespace axllama
