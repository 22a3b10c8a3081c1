// How long a runner may take to end.
#pragma once

#include <chrono>

namespace axllama {

// AXLLAMA_END_TIMEOUT: for a runner that was asked to end and is in a call to the card. Long, as a
// process that is killed there can leave the card in a state that only its reboot mends; a call that
// takes longer than this hangs. One second at least. What can't be read is logged and the default
// holds.
std::chrono::seconds end_timeout();

}  // namespace axllama
