#include <chrono>
#include <thread>

#include "standin/runtime/abi_fixture.h"

namespace axllama::standin {
namespace {

class FaultTest : public ModelTest {};

TEST_F(FaultTest, lost_heartbeat_fails_everything_until_reboot) {
  load();
  settings("heartbeat_lost_at = 3");
  ASSERT_EQ(run(), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_EQ(bits(run()), 0x8030040C);
  EXPECT_EQ(bits(api.axclrtMemset(inputs[0], 0, 1)), 0x8030040C);
  axcl::DeviceProperties properties;
  EXPECT_EQ(bits(api.axclrtGetDeviceProperties(3, &properties)), 0x80300180);
  settings("");
  EXPECT_EQ(bits(run()), 0x8030040C);
  ASSERT_EQ(api.axclrtRebootDevice(3), 0);
  // It is another card now: what this process had there is gone.
  EXPECT_EQ(bits(run()), 0x8030040C);
  ASSERT_EQ(api.axclrtResetDevice(3), 0);
  ASSERT_EQ(api.axclrtSetDevice(3), 0);
  EXPECT_EQ(bits(run()), 0x8030070C);
  EXPECT_NE(allocate(128), nullptr);
}

TEST_F(FaultTest, dead_card_takes_no_new_process) {
  settings("heartbeat_lost_at = 1");
  ASSERT_EQ(api.axclInit(nullptr), 0);
  ASSERT_EQ(api.axclrtSetDevice(3), 0);
  void* memory = nullptr;
  ASSERT_EQ(bits(api.axclrtMalloc(&memory, 1, MallocPolicy::kHugeFirst)), 0x8030040C);
  ASSERT_EQ(api.axclrtResetDevice(3), 0);
  EXPECT_EQ(bits(api.axclrtSetDevice(3)), 0x80300186);
}

TEST_F(FaultTest, pulled_card_fails_and_is_gone) {
  load();
  settings("card_absent = 1");
  EXPECT_EQ(bits(run()), 0x8030040C);
  EXPECT_EQ(bits(api.axclrtRebootDevice(3)), 0x80300187);
  ASSERT_EQ(api.axclFinalize(), 0);
  EXPECT_EQ(bits(api.axclInit(nullptr)), 0x80300181);
}

TEST_F(FaultTest, one_run_times_out) {
  load();
  settings("execute_timeout_at = 2");
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(bits(run()), 0x80300705);
  EXPECT_EQ(run(), 0);
}

TEST_F(FaultTest, any_call_returns_what_is_set) {
  load();
  settings("bad_return = axclrtMemset:2:0x80300501,axclrtEngineGetNumInputs:1:0x80300702");
  EXPECT_EQ(api.axclrtMemset(inputs[0], 0, 1), 0);
  EXPECT_EQ(bits(api.axclrtMemset(inputs[0], 0, 1)), 0x80300501);
  EXPECT_EQ(api.axclrtMemset(inputs[0], 0, 1), 0);
  EXPECT_EQ(api.axclrtEngineGetNumInputs(info), 0x80300702U);
  EXPECT_EQ(api.axclrtEngineGetNumInputs(info), 5U);
}

TEST_F(FaultTest, half_failed_load_keeps_memory) {
  start();
  settings("load_fail_at = 2");
  const std::string file = model_file(1 << 20);
  ASSERT_EQ(api.axclrtEngineLoadFromFile(file.c_str(), &model), 0);
  axcl::ModelId second = 0;
  EXPECT_EQ(bits(api.axclrtEngineLoadFromFile(file.c_str(), &second)), 0x8030070C);
  EXPECT_EQ(second, 0U);
  EXPECT_TRUE(counted("\"memory_bytes\": " + std::to_string((1 << 20) + (1 << 19))));
  ASSERT_EQ(api.axclrtEngineLoadFromFile(file.c_str(), &second), 0);
}

TEST_F(FaultTest, hung_load_ends_when_the_fault_does) {
  start();
  settings("load_hang = 1");
  std::thread release([this] {
    while (!counted("\"axclrtSetDevice\": {\"calls\": 1")) std::this_thread::yield();
    settings("");
  });
  EXPECT_EQ(api.axclrtEngineLoadFromFile(model_file().c_str(), &model), 0);
  release.join();
}

TEST_F(FaultTest, slow_load_is_slow) {
  settings("timing = virtual\nload_ms = 30\nslow_load = 10x");
  start();
  const uint64_t begin = api.axclStandinNow();
  ASSERT_EQ(api.axclrtEngineLoadFromFile(model_file().c_str(), &model), 0);
  EXPECT_GE(api.axclStandinNow() - begin, 300'000'000U);
  settings("timing = virtual\nslow_load = 2s");
  const uint64_t again = api.axclStandinNow();
  ASSERT_EQ(api.axclrtEngineLoadFromFile(model_file().c_str(), &model), 0);
  EXPECT_GE(api.axclStandinNow() - again, 2'000'000'000U);
}

TEST_F(FaultTest, hot_card_shuts_down) {
  settings("timing = virtual\ntemperature = 118000\ntemperature_ramp = 1000\nproperties_ms = 1500");
  start();
  axcl::DeviceProperties properties;
  ASSERT_EQ(api.axclrtGetDeviceProperties(3, &properties), 0);
  EXPECT_GE(properties.temperature, 118'000);
  ASSERT_EQ(api.axclrtGetDeviceProperties(3, &properties), 0);
  EXPECT_GE(properties.temperature, 119'000);
  EXPECT_EQ(bits(api.axclrtGetDeviceProperties(3, &properties)), 0x80300180);
  void* memory = nullptr;
  EXPECT_EQ(bits(api.axclrtMalloc(&memory, 1, MallocPolicy::kHugeFirst)), 0x8030040C);
}

}  // namespace
}  // namespace axllama::standin
