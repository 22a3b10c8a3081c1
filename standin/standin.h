/* What the stand-in's libaxcl_rt.so has beside the real one's functions; look them up with dlsym.
 */
#ifndef AXLLAMA_STANDIN_H
#define AXLLAMA_STANDIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What this process did so far, as JSON: calls and errors by function, bytes copied, runs, round
 * trips, time blocked, peak card memory. Valid until the thread's next call of it. */
const char* axclStandinCounters(void);
/* Counters begin again at 0. The virtual clock goes on: take differences. */
void axclStandinReset(void);
/* The time of the clock that calls are measured by, in ns: virtual, or the machine's. */
uint64_t axclStandinNow(void);

#ifdef __cplusplus
}
#endif

#endif
