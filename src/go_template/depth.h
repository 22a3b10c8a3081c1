// How far down a recursion has gone.
#pragma once

#include "go_template/executor.h"

namespace axllama::go_template {

struct Executor::Depth {
  explicit Depth(int& depth) : depth_(depth) { ++depth_; }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
  ~Depth() { --depth_; }

 private:
  int& depth_;
};

}  // namespace axllama::go_template
