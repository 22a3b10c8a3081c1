#include "engine/llama/cores.h"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <thread>

namespace axllama {
namespace {

// The processors that share a core with `cpu`, as the kernel writes them: "0,4"; empty: unknown.
std::string siblings(const std::filesystem::path& cpus, int cpu) {
  const auto topology = cpus / ("cpu" + std::to_string(cpu)) / "topology";
  std::string line;
  for (const char* name : {"core_cpus_list", "thread_siblings_list"}) {  // new name, old name
    std::ifstream file(topology / name);
    if (std::getline(file, line) && !line.empty()) return line;
  }
  return {};
}

std::vector<int> allowed_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> allowed;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return allowed;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<size_t>(cpu), &set)) allowed.push_back(cpu);
  }
  return allowed;
}

}  // namespace

int count_cores(const std::filesystem::path& cpus, const std::vector<int>& allowed) {
  std::set<std::string> cores;
  int alone = 0;
  for (const int cpu : allowed) {
    std::string core = siblings(cpus, cpu);
    if (core.empty()) {
      ++alone;
    } else {
      cores.insert(std::move(core));
    }
  }
  return static_cast<int>(cores.size()) + alone;
}

int usable_cores() {
  const std::vector<int> allowed = allowed_cpus();
  if (allowed.empty()) return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  return count_cores("/sys/devices/system/cpu", allowed);
}

}  // namespace axllama
