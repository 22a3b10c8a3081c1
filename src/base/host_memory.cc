#include "base/host_memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace axllama {

uint64_t host_memory() {
  const auto pages = static_cast<uint64_t>(std::max(::sysconf(_SC_PHYS_PAGES), 0L));
  const uint64_t ram = pages * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  uint64_t limit = 0;  // the file says "max" where there is none
  const bool limited = static_cast<bool>(std::ifstream("/sys/fs/cgroup/memory.max") >> limit);
  return limited ? std::min(ram, limit) : ram;
}

}  // namespace axllama
