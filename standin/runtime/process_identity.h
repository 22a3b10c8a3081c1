// Which process a pid means: pids come again, start times don't.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace axllama::standin {

// Clock ticks after boot at which it started; 0 when there is no such process.
uint64_t start_time(pid_t pid);
// Whether that very process still runs; a zombie doesn't.
bool is_alive(pid_t pid, uint64_t started);

}  // namespace axllama::standin
