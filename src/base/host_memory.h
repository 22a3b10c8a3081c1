// How much memory this process may count on.
#pragma once

#include <cstdint>

namespace axllama {

// Bytes of RAM of the machine, or of the container (cgroup v2) when that has less.
uint64_t host_memory();

}  // namespace axllama
