#include <chrono>
#include <cstdlib>

#include "standin/runtime/abi_fixture.h"

namespace axllama::standin {
namespace {

using Clock = std::chrono::steady_clock;

class TimingTest : public ModelTest {
 protected:
  int64_t now() const { return static_cast<int64_t>(api.axclStandinNow()); }
  template <class F>
  int64_t took(F&& call) const {
    const int64_t begin = now();
    EXPECT_EQ(call(), 0);
    return now() - begin;
  }
};

TEST_F(TimingTest, virtual_calls_take_what_the_model_says) {
  settings("timing = virtual");
  load();
  EXPECT_EQ(took([&] { return api.axclrtMemset(inputs[0], 0, 8192); }), 130'000);
  const std::string host(3500, 'x');
  const auto up = [&] {
    return api.axclrtMemcpy(inputs[0], host.data(), 3500, CopyKind::kHostToDevice);
  };
  EXPECT_EQ(took(up), 310'000);
  EXPECT_GE(took([&] { return run(); }), 457'000);
  axcl::DeviceProperties properties;
  EXPECT_EQ(took([&] { return api.axclrtGetDeviceProperties(3, &properties); }), 1'500'000'000);
  EXPECT_EQ(took([&] { return bind_input(0, inputs[0]); }), 0);
}

TEST_F(TimingTest, virtual_stream_runs_side_by_side_with_the_host) {
  settings("timing = virtual\nexecute_us = 457\nbandwidth_gbs = 0.001\nsubmit_us = 20");
  load();
  axcl::Stream stream = nullptr;
  ASSERT_EQ(api.axclrtCreateStream(&stream), 0);
  const int64_t blocking = took([&] { return run(); });
  const int64_t work = blocking - 457'000;
  const auto submit = [&] { return api.axclrtEngineExecuteAsync(model, context, 0, io, stream); };
  EXPECT_EQ(took(submit), 20'000);
  EXPECT_EQ(took(submit), 20'000);
  const int64_t waited = took([&] { return api.axclrtSynchronizeStream(stream); });
  EXPECT_EQ(waited, 2 * work - 40'000 + 65'000);
  EXPECT_TRUE(counted("\"overlap_ns\": 40000,")) << api.axclStandinCounters();
}

TEST_F(TimingTest, virtual_time_out_of_a_stream_passes_just_that_long) {
  settings("timing = virtual\nbandwidth_gbs = 0.0001");
  load();
  axcl::Stream stream = nullptr;
  ASSERT_EQ(api.axclrtCreateStream(&stream), 0);
  ASSERT_EQ(api.axclrtEngineExecuteAsync(model, context, 0, io, stream), 0);
  const int64_t begin = now();
  EXPECT_EQ(bits(api.axclrtSynchronizeStreamWithTimeout(stream, 5)), 0x80300405);
  EXPECT_EQ(now() - begin, 5'000'000);
  EXPECT_EQ(api.axclrtSynchronizeStream(stream), 0);
}

TEST_F(TimingTest, real_calls_take_that_long) {
  settings("timing = real\nmessage_us = 3000");
  start();
  char* memory = allocate(128);
  const auto begin = Clock::now();
  for (int i = 0; i < 5; ++i) ASSERT_EQ(api.axclrtMemset(memory, 0, 128), 0);
  EXPECT_GE(Clock::now() - begin, std::chrono::milliseconds(15));
}

TEST_F(TimingTest, real_stream_is_done_when_its_work_would_be) {
  settings(
      "timing = real\nmessage_us = 0\nbandwidth_gbs = 0.1");  // 64 KB of weights: 0.6 ms and more
  load();
  axcl::Stream stream = nullptr;
  ASSERT_EQ(api.axclrtCreateStream(&stream), 0);
  const auto begin = Clock::now();
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(api.axclrtEngineExecuteAsync(model, context, 0, io, stream), 0);
  }
  const auto submitted = Clock::now() - begin;
  ASSERT_EQ(api.axclrtSynchronizeStream(stream), 0);
  EXPECT_GE(Clock::now() - begin, std::chrono::microseconds(6500));
  EXPECT_LT(submitted, std::chrono::milliseconds(5));
}

TEST_F(TimingTest, counters_know_what_happened) {
  settings("timing = virtual");
  load();
  api.axclStandinReset();
  std::string host(100, 'x');
  ASSERT_EQ(api.axclrtMemcpy(inputs[0], host.data(), 100, CopyKind::kHostToDevice), 0);
  ASSERT_EQ(api.axclrtMemcpy(host.data(), inputs[0], 60, CopyKind::kDeviceToHost), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_NE(run(9), 0);
  EXPECT_TRUE(counted("\"axclrtMemcpy\": {\"calls\": 2, \"errors\": 0}"));
  EXPECT_TRUE(counted("\"axclrtEngineExecute\": {\"calls\": 2, \"errors\": 1}"));
  EXPECT_TRUE(counted("\"bytes_h2d\": 100, \"bytes_d2h\": 60, \"bytes_d2d\": 0"));
  EXPECT_TRUE(counted("\"round_trips\": 4"));
  const auto before = now();
  api.axclStandinReset();
  EXPECT_EQ(now(), before);
  EXPECT_TRUE(counted("\"calls\": {}"));
}

}  // namespace
}  // namespace axllama::standin
