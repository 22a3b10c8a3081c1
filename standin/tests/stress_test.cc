// Many threads and many processes at once: nothing crashes, every call succeeds, all memory comes
// back.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <thread>

#include "standin/tests/loaded_file.h"

namespace axllama::standin {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kThreads = 64;
constexpr int kProcesses = 16;
constexpr auto kWhile = std::chrono::milliseconds(1200);

uint32_t free_memory(const axcl::Library& api) {
  axcl::DeviceProperties properties{};
  axcl::DeviceList list{};
  check(api.axclrtGetDeviceList(&list), "axclrtGetDeviceList");
  check(api.axclrtGetDeviceProperties(list.devices[0], &properties), "properties");
  check(api.axclrtSetDevice(list.devices[0]), "axclrtSetDevice");
  return properties.free_cmm;
}

// What is written comes back, over the card and over a second buffer there.
void copy_about(const axcl::Library& api, uint8_t fill) {
  const Buffer first(api, 40000 + fill);
  const Buffer second(api, first.bytes());
  std::vector<uint8_t> host(first.bytes(), fill);
  to_card(api, first.at(), host.data(), host.size());
  on_card(api, second.at(), first.at(), host.size());
  check(api.axclrtMemset(first.at(), 0, first.bytes()), "axclrtMemset");
  std::vector<uint8_t> back(host.size());
  from_card(api, back.data(), second.at(), back.size());
  if (back != host) throw std::runtime_error("other bytes came back");
}

void run_layer(const axcl::Library& api, const std::string& path) {
  LoadedFile file(api, path);
  std::vector<Buffer> buffers;
  for (const char* name : {"K_cache", "V_cache", "indices", "input", "mask"}) {
    buffers.emplace_back(api, file.input_bytes(0, name));
    buffers.back().zero();
    file.bind_input(0, name, buffers.back().at());
  }
  for (const char* name : {"K_cache_out", "V_cache_out", "output"}) {
    buffers.emplace_back(api, file.output_bytes(0, name));
    file.bind_output(0, name, buffers.back().at());
  }
  for (int i = 0; i < 3; ++i) file.run(0);
}

// One thread's work, in a context of its own.
void hammer(const axcl::Library& api, const std::string& layer, int number) {
  axcl::DeviceList list{};
  check(api.axclrtGetDeviceList(&list), "axclrtGetDeviceList");
  axcl::Context context = nullptr;
  check(api.axclrtCreateContext(&context, list.devices[0]), "axclrtCreateContext");
  const Clock::time_point end = Clock::now() + kWhile;
  do {
    copy_about(api, static_cast<uint8_t>(number));
    run_layer(api, layer);
    axcl::Stream stream = nullptr;
    check(api.axclrtCreateStream(&stream), "axclrtCreateStream");
    check(api.axclrtSynchronizeStream(stream), "axclrtSynchronizeStream");
    check(api.axclrtDestroyStream(stream), "axclrtDestroyStream");
  } while (Clock::now() < end);
  check(api.axclrtDestroyContext(context), "axclrtDestroyContext");
}

// The number of threads that failed.
int hammer_with(int threads, const std::string& layer) {
  std::atomic<int> failed = 0;
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      try {
        hammer(card(), layer, i);
      } catch (const std::exception& reason) {
        std::fprintf(stderr, "thread %d: %s\n", i, reason.what());
        ++failed;
      }
    });
  }
  running.clear();
  return failed;
}

std::string one_layer() {
  return packed_sprout() + "/qwen3_p32_l0_together.axmodel";
}

TEST(Stress, sixty_four_threads_leave_the_memory_as_it_was) {
  settings("properties_ms = 0\n");
  const uint32_t before = free_memory(card());
  EXPECT_EQ(hammer_with(kThreads, one_layer()), 0);
  EXPECT_EQ(free_memory(card()), before);
  settings("");
}

// What each of the processes does: prints the card's free memory before and after its work.
TEST(Stress, DISABLED_a_process) {
  settings("properties_ms = 0\n");
  const uint32_t before = free_memory(card());
  const char* const layer = std::getenv("STRESS_LAYER");
  if (layer != nullptr) {
    ASSERT_EQ(hammer_with(4, layer), 0);
  }
  std::printf("\nfree %u\n", before);
}

std::FILE* start_process(const std::string& layer) {
  const std::string command =
      "AXCL_STANDIN_STATE=" + (scratch() / "state").string() +
      (layer.empty() ? "" : " STRESS_LAYER=" + layer) + " " +
      std::filesystem::read_symlink("/proc/self/exe").string() +
      " --gtest_also_run_disabled_tests --gtest_filter=Stress.DISABLED_a_process 2>&1";
  return ::popen(command.c_str(), "r");
}

struct Finished {
  int status = -1;
  std::string said;
  // -1 when it said nothing of it.
  long free() const {
    const size_t at = said.find("\nfree ");
    return at == std::string::npos ? -1 : std::strtol(said.c_str() + at + 6, nullptr, 10);
  }
};

Finished finish(std::FILE* process) {
  Finished finished;
  std::array<char, 4096> part;
  while (std::fgets(part.data(), part.size(), process) != nullptr) finished.said += part.data();
  finished.status = ::pclose(process);
  return finished;
}

TEST(Stress, sixteen_processes_leave_the_memory_of_the_shared_card_as_it_was) {
  const std::string layer = one_layer();
  const long before = finish(start_process("")).free();
  ASSERT_GT(before, 0);
  std::vector<std::FILE*> processes;
  for (int i = 0; i < kProcesses; ++i) processes.push_back(start_process(layer));
  for (std::FILE* process : processes) {
    const Finished finished = finish(process);
    EXPECT_EQ(finished.status, 0) << finished.said;
    EXPECT_GT(finished.free(), 0) << finished.said;
  }
  EXPECT_EQ(finish(start_process("")).free(), before);
}

}  // namespace
}  // namespace axllama::standin
