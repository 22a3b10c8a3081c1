#include "engine/llama/cores.h"

#include <gtest/gtest.h>

#include <fstream>

namespace axllama {
namespace {

namespace fs = std::filesystem;

class Cores : public testing::Test {
 protected:
  void SetUp() override { fs::remove_all(cpus_); }
  void TearDown() override { fs::remove_all(cpus_); }

  void add(int cpu, const char* file, const char* siblings) const {
    const fs::path folder = cpus_ / ("cpu" + std::to_string(cpu)) / "topology";
    fs::create_directories(folder);
    std::ofstream(folder / file) << siblings << "\n";
  }

  fs::path cpus_ = fs::temp_directory_path() / ("axllama-cores-" + std::to_string(getpid()));
};

TEST_F(Cores, processors_without_siblings_count_one_each) {
  for (int cpu = 0; cpu < 4; ++cpu) add(cpu, "core_cpus_list", std::to_string(cpu).c_str());
  EXPECT_EQ(count_cores(cpus_, {0, 1, 2, 3}), 4);
}

TEST_F(Cores, siblings_count_once) {
  for (const int cpu : {0, 2}) add(cpu, "core_cpus_list", "0,2");
  for (const int cpu : {1, 3}) add(cpu, "core_cpus_list", "1,3");
  EXPECT_EQ(count_cores(cpus_, {0, 1, 2, 3}), 2);
}

TEST_F(Cores, only_allowed_processors_count) {
  for (const int cpu : {0, 1}) add(cpu, "core_cpus_list", "0-1");
  for (const int cpu : {2, 3}) add(cpu, "core_cpus_list", "2-3");
  EXPECT_EQ(count_cores(cpus_, {0, 1}), 1);
  EXPECT_EQ(count_cores(cpus_, {1, 2}), 2);
}

TEST_F(Cores, old_kernels_name_the_file_otherwise) {
  for (const int cpu : {0, 1}) add(cpu, "thread_siblings_list", "0-1");
  EXPECT_EQ(count_cores(cpus_, {0, 1}), 1);
}

TEST_F(Cores, without_topology_each_processor_counts) {
  EXPECT_EQ(count_cores(cpus_, {0, 1, 2}), 3);
}

TEST(UsableCores, there_is_at_least_one) {
  EXPECT_GE(usable_cores(), 1);
}

}  // namespace
}  // namespace axllama
