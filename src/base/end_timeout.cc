#include "base/end_timeout.h"

#include <algorithm>

#include "base/duration.h"
#include "base/env.h"
#include "base/log.h"

namespace axllama {

std::chrono::seconds end_timeout() {
  constexpr std::chrono::seconds kDefault = std::chrono::minutes(2);
  constexpr std::chrono::seconds kLeast{1}, kMost = std::chrono::hours(24);
  const std::string text = env_get("AXLLAMA_END_TIMEOUT");
  if (text.empty()) return kDefault;
  const Result<Nanoseconds> time = parse_duration(text);
  if (!time || *time < kLeast || *time > kMost) {
    log_warn("AXLLAMA_END_TIMEOUT=" + text + " is no duration from 1s to 24h: using " +
             format_duration(kDefault));
    return kDefault;
  }
  return std::chrono::ceil<std::chrono::seconds>(*time);
}

}  // namespace axllama
