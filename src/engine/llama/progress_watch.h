// A load's progress, told by llama.cpp's libraries through a C callback.
#pragma once

#include "engine/engine.h"

namespace axllama {

struct ProgressWatch {
  const LoadProgress& progress;
  bool canceled = false;  // `progress` said so

  // The callback; `watch` points to a ProgressWatch.
  static bool tell(float share, void* watch) {
    ProgressWatch& self = *static_cast<ProgressWatch*>(watch);
    self.canceled = self.progress && !self.progress(share);
    return !self.canceled;
  }
};

}  // namespace axllama
