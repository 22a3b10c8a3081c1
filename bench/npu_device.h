// The stand-in card as a measure: its clock, its counters, and how fast a model could be at best.
#pragma once

#include <cstdint>
#include <string>

namespace axllama {

// The stand-in's defaults; docs/standin.md tells where they come from.
inline constexpr double kBandwidth = 21.5e9;    // bytes/s that a run reads and writes
inline constexpr double kBlockingRun = 457e-6;  // s that a blocking run takes besides
inline constexpr double kPcie = 350e6;          // bytes/s of a load

// By the virtual clock, which the machine's own work does not move, or in real time.
double device_seconds();
// Calls so far that waited for the card.
int64_t round_trips();
// Processor time of this process.
double cpu_seconds();

// Least seconds of a token on the NPU: for each file, what its decode group reads (weights, inputs)
// and writes over the bandwidth; with `blocking` also the fixed part of each run.
double token_limit(const std::string& folder, bool blocking);
// Bytes of the layers' and the head's files, and how many there are.
struct Files {
  double bytes = 0;
  double count = 0;
};
Files files_of(const std::string& folder);

}  // namespace axllama
