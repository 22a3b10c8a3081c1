// Progress of long work in one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/duration.h"

namespace axllama::cli {

struct Bar {
  std::string label;                  // "pulling 8934d96d3f08"
  uint64_t total = 0, completed = 0;  // bytes
  uint64_t rate = 0;                  // bytes a second; 0: not known yet
};

// "pulling 8934d96d3f08: 45% ▕███   ▏ 1.2 GB/2.6 GB   30 MB/s   1m2s" in exactly `columns` columns
// (less when they don't suffice for a bar). A finished one shows only the total.
std::string bar_text(const Bar& bar, int columns);

// "loading qwen3:4b: 45% ▕███   ▏" in at most `columns` columns; without the bar where it has no
// room. share: 0..1.
std::string load_text(std::string_view name, double share, int columns);

// The n-th picture of a spinner: one column.
std::string spinner_text(int64_t n);

}  // namespace axllama::cli
