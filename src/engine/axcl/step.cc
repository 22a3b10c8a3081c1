#include "engine/axcl/step.h"

#include <utility>

namespace axllama::npu {

void Step::fail(Error error) {
  const std::scoped_lock lock(mutex_);
  if (result_) result_ = std::unexpected(std::move(error));
}

bool Step::stopped() {
  if (stop_.stop_requested()) fail({ErrorCode::kCanceled, "request canceled", ""});
  const std::scoped_lock lock(mutex_);
  return !result_;
}

}  // namespace axllama::npu
