// How long the card takes, by the settings' figures. Pure; all in ns.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "standin/compute/program.h"
#include "standin/runtime/settings.h"

namespace axllama::standin {

inline int64_t ns(double seconds) {
  return std::llround(seconds * 1e9);
}

// A run's work on the NPU, without what a blocking call adds.
inline int64_t run_time(const Settings& settings, const Cost& cost) {
  const double memory = static_cast<double>(cost.bytes) / (settings.bandwidth_gbs * 1e9);
  const double arithmetic = static_cast<double>(cost.multiply_adds) * 2 / (settings.tops * 1e12);
  return ns(std::max(memory, arithmetic));
}
inline int64_t blocking_run_time(const Settings& settings, const Cost& cost) {
  return run_time(settings, cost) + ns(settings.execute_us * 1e-6);
}
// A copy between host and card.
inline int64_t transfer_time(const Settings& settings, uint64_t bytes) {
  return ns(settings.transfer_us * 1e-6 + static_cast<double>(bytes) / (settings.pcie_mbs * 1e6));
}
inline int64_t message_time(const Settings& settings) {
  return ns(settings.message_us * 1e-6);
}
inline int64_t submit_time(const Settings& settings) {
  return ns(settings.submit_us * 1e-6);
}
// Loading a model that crosses PCIe first (`bytes` of its file), or lies in card memory (0).
inline int64_t load_time(const Settings& settings, uint64_t bytes) {
  const double seconds =
      settings.load_ms * 1e-3 + static_cast<double>(bytes) / (settings.load_mbs * 1e6);
  return ns(seconds * settings.slow_load.factor);
}

}  // namespace axllama::standin
