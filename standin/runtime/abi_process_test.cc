// Several processes on one card. Each is this test program again, forked before it loads the
// library, since the environment is read once.
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "standin/runtime/abi_fixture.h"
#include "test_places.h"

namespace axllama::standin {
namespace {

class ProcessTest : public testing::Test {
 protected:
  void SetUp() override { write(""); }

  void write(const std::string& text) const {
    ASSERT_TRUE(write_file_atomically(folder_.path / "control", "log = quiet\n" + text));
  }
  // Runs `body` (Library& to bool) in a process of its own, with the shared state.
  template <class F>
  pid_t start(F body) const {
    const pid_t child = ::fork();
    if (child != 0) return child;
    // The parent may have loaded the library: exec would be cleaner, a fresh copy is as good.
    const std::filesystem::path copy = folder_.path / ("lib" + std::to_string(::getpid()) + ".so");
    std::filesystem::copy_file(standin_library(), copy);
    ::setenv("AXCL_STANDIN_CONTROL", (folder_.path / "control").c_str(), 1);
    ::setenv("AXCL_STANDIN_STATE", (folder_.path / "state").c_str(), 1);
    const axcl::Library api = load_library(copy.c_str());
    ::_exit(body(api) ? 0 : 1);
  }
  static bool succeeded(pid_t child) {
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  static bool open(const axcl::Library& api) {
    return api.axclInit(nullptr) == 0 && api.axclrtSetDevice(3) == 0 &&
           api.axclrtEngineInit(axcl::VnpuKind::kDisable) == 0;
  }
  static uint32_t free_kb(const axcl::Library& api) {
    axcl::DeviceProperties properties;
    return api.axclrtGetDeviceProperties(3, &properties) == 0 ? properties.free_cmm : 0;
  }
  // The state file's only process record says that it runs: at byte 16 + 48 + 4.
  void wait_for_run() const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
      const auto state = read_file(folder_.path / "state");
      if (state && state->size() > 72 && (*state)[16 + 48 + 4] != 0) return;
      std::this_thread::yield();
    }
    FAIL() << "no run began";
  }
  TemporaryFolder folder_;
};

constexpr uint32_t kIdle = 7'208'960 - 18'876;

TEST_F(ProcessTest, sixteen_processes_share_a_card) {
  std::vector<pid_t> children;
  for (int i = 0; i < 16; ++i) {
    children.push_back(start([](const axcl::Library& api) {
      if (!open(api)) return false;
      for (int round = 0; round < 20; ++round) {
        void* memory = nullptr;
        if (api.axclrtMalloc(&memory, 1 << 20, MallocPolicy::kHugeFirst) != 0) return false;
        if (api.axclrtMemset(memory, 0, 1 << 20) != 0) return false;
        if (api.axclrtFree(memory) != 0) return false;
      }
      return api.axclFinalize() == 0;
    }));
  }
  for (const pid_t child : children) EXPECT_TRUE(succeeded(child));
  EXPECT_TRUE(succeeded(
      start([](const axcl::Library& api) { return open(api) && free_kb(api) == kIdle; })));
}

TEST_F(ProcessTest, memory_is_the_cards_and_not_the_processes) {
  const pid_t holder = start([](const axcl::Library& api) {
    void* memory = nullptr;
    if (!open(api) || api.axclrtMalloc(&memory, size_t{3} << 30, MallocPolicy::kHugeFirst) != 0) {
      return false;
    }
    ::raise(SIGSTOP);
    return api.axclFinalize() == 0;
  });
  int status = 0;
  ASSERT_EQ(::waitpid(holder, &status, WUNTRACED), holder);
  ASSERT_TRUE(WIFSTOPPED(status));
  EXPECT_TRUE(succeeded(start(
      [](const axcl::Library& api) { return open(api) && free_kb(api) == kIdle - (3U << 20); })));
  ASSERT_EQ(::kill(holder, SIGCONT), 0);
  EXPECT_TRUE(succeeded(holder));
}

TEST_F(ProcessTest, killed_process_leaks_until_reboot) {
  const pid_t killed = start([](const axcl::Library& api) {
    void* memory = nullptr;
    if (!open(api) || api.axclrtMalloc(&memory, 1 << 30, MallocPolicy::kHugeFirst) != 0)
      return false;
    ::raise(SIGKILL);
    return true;
  });
  ASSERT_EQ(::waitpid(killed, nullptr, 0), killed);
  EXPECT_TRUE(succeeded(start([](const axcl::Library& api) {
    return open(api) && free_kb(api) == kIdle - (1U << 20) && api.axclrtRebootDevice(3) == 0 &&
           api.axclrtResetDevice(3) == 0 && api.axclrtSetDevice(3) == 0 && free_kb(api) == kIdle;
  })));
}

TEST_F(ProcessTest, process_that_ends_without_finalize_gives_its_memory_back) {
  EXPECT_TRUE(succeeded(start([](const axcl::Library& api) {
    void* memory = nullptr;
    if (!open(api) || api.axclrtMalloc(&memory, 1 << 30, MallocPolicy::kHugeFirst) != 0)
      return false;
    std::exit(0);
  })));
  EXPECT_TRUE(succeeded(
      start([](const axcl::Library& api) { return open(api) && free_kb(api) == kIdle; })));
}

class KilledInARun : public ProcessTest, public testing::WithParamInterface<bool> {};

TEST_P(KilledInARun, leaves_a_wedged_card) {
  write("timing = real\nexecute_us = 60000000\nbandwidth_gbs = 0.000001");
  const std::string path = write_model(folder_.path, 64 << 10);
  const pid_t killed = start([&](const axcl::Library& api) {
    axcl::ModelId model = 0;
    axcl::EngineContext context = 0;
    axcl::IoInfo info = nullptr;
    axcl::Io io = nullptr;
    axcl::Stream stream = nullptr;
    const bool ready = open(api) && api.axclrtEngineLoadFromFile(path.c_str(), &model) == 0 &&
                       api.axclrtEngineCreateContext(model, &context) == 0 &&
                       api.axclrtEngineGetIOInfo(model, &info) == 0 &&
                       api.axclrtEngineCreateIO(info, &io) == 0;
    if (!ready) return false;
    if (!GetParam()) return api.axclrtEngineExecute(model, context, 0, io) == 0;
    return api.axclrtCreateStream(&stream) == 0 &&
           api.axclrtEngineExecuteAsync(model, context, 0, io, stream) == 0 &&
           api.axclrtSynchronizeStream(stream) == 0;
  });
  wait_for_run();
  // What the host computes for the card is over long before the card's time is.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  ASSERT_EQ(::kill(killed, SIGKILL), 0);
  ASSERT_EQ(::waitpid(killed, nullptr, 0), killed);
  write("");
  EXPECT_TRUE(succeeded(start([&](const axcl::Library& api) {
    axcl::ModelId model = 0;
    const auto wedged = [&] { return bits(api.axclrtEngineInit(axcl::VnpuKind::kDisable)); };
    return api.axclInit(nullptr) == 0 && api.axclrtSetDevice(3) == 0 && wedged() == 0x80300709 &&
           bits(api.axclrtEngineLoadFromFile(path.c_str(), &model)) == 0x80300709 &&
           api.axclrtRebootDevice(3) == 0 && api.axclrtResetDevice(3) == 0 && open(api) &&
           api.axclrtEngineLoadFromFile(path.c_str(), &model) == 0;
  })));
}

INSTANTIATE_TEST_SUITE_P(Runs, KilledInARun, testing::Bool(),
                         [](const auto& info) { return info.param ? "queued" : "blocking"; });

TEST_F(ProcessTest, counters_are_written_at_exit) {
  ::setenv("AXCL_STANDIN_COUNTERS", (folder_.path / "counters").c_str(), 1);
  const pid_t child = start([](const axcl::Library& api) {
    open(api);
    std::exit(0);
    return true;
  });
  ::unsetenv("AXCL_STANDIN_COUNTERS");
  ASSERT_TRUE(succeeded(child));
  const auto text = read_file(folder_.path / "counters");
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("\"axclrtSetDevice\": {\"calls\": 1"), std::string::npos);
}

}  // namespace
}  // namespace axllama::standin
