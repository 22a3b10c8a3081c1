// How many threads a computation should have.
#pragma once

#include <filesystem>
#include <vector>

namespace axllama {

// Physical cores among the logical processors `allowed`, by the topology files under `cpus`
// (/sys/devices/system/cpu): siblings of one core count once. Processors without such a file count
// one each.
int count_cores(const std::filesystem::path& cpus, const std::vector<int>& allowed);

// Physical cores that this process may run on, at least 1.
int usable_cores();

}  // namespace axllama
