#include <atomic>
#include <thread>

#include "standin/runtime/abi_fixture.h"

namespace axllama::standin {
namespace {

class StreamTest : public ModelTest {
 protected:
  void open() {
    load();
    ASSERT_EQ(api.axclrtCreateStream(&stream), 0);
  }
  Code run_async() const { return api.axclrtEngineExecuteAsync(model, context, 0, io, stream); }
  axcl::Stream stream = nullptr;
};

TEST_F(StreamTest, work_happens_in_order) {
  open();
  char* memory = allocate(64 << 10);
  std::string host(64 << 10, 'x');
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(api.axclrtMemsetAsync(memory, static_cast<uint8_t>('a' + i % 26), 64 << 10, stream),
              0);
  }
  ASSERT_EQ(
      api.axclrtMemcpyAsync(host.data(), memory, host.size(), CopyKind::kDeviceToHost, stream), 0);
  ASSERT_EQ(api.axclrtSynchronizeStream(stream), 0);
  EXPECT_EQ(host, std::string(64 << 10, 'a' + 49 % 26));
  EXPECT_EQ(api.axclrtDestroyStream(stream), 0);
  EXPECT_EQ(bits(api.axclrtDestroyStream(stream)), 0x80300382);
}

TEST_F(StreamTest, asynchronous_run_gives_what_a_blocking_one_gives) {
  open();
  ASSERT_EQ(run(), 0);
  const std::string expected = read(outputs[kHiddenOut], 2 * kHidden);
  ASSERT_EQ(api.axclrtMemset(outputs[kHiddenOut], 0, 2 * kHidden), 0);
  ASSERT_EQ(run_async(), 0);
  ASSERT_EQ(api.axclrtSynchronizeStream(stream), 0);
  EXPECT_EQ(read(outputs[kHiddenOut], 2 * kHidden), expected);
}

TEST_F(StreamTest, buffers_are_those_of_the_moment_of_the_call) {
  open();
  ASSERT_EQ(run_async(), 0);
  char* later = zeroed(2 * kHidden);
  ASSERT_EQ(bind_output(kHiddenOut, later), 0);
  ASSERT_EQ(api.axclrtSynchronizeStream(stream), 0);
  EXPECT_EQ(read(later, 2 * kHidden), std::string(2 * kHidden, '\0'));
}

TEST_F(StreamTest, errors_come_at_the_synchronise_and_once) {
  open();
  ASSERT_EQ(api.axclrtEngineExecuteAsync(model, context, 9, io, stream), 0);
  EXPECT_EQ(bits(api.axclrtSynchronizeStream(stream)), 0x8030090C);
  EXPECT_EQ(api.axclrtSynchronizeStream(stream), 0);
}

TEST_F(StreamTest, no_asynchronous_runs_in_2_25) {
  settings("profile = 2.25");
  open();
  EXPECT_EQ(run_async(), 4);
}

TEST_F(StreamTest, default_stream_can_not_be_synchronised) {
  open();
  EXPECT_EQ(api.axclrtEngineExecuteAsync(model, context, 0, io, nullptr), 0);
  EXPECT_EQ(bits(api.axclrtSynchronizeStream(nullptr)), 0x80300302);
  EXPECT_EQ(bits(api.axclrtMemsetAsync(inputs[0], 0, 1, nullptr)), 0x80300302);
  int no_stream = 0;
  EXPECT_EQ(api.axclrtSynchronizeStream(&no_stream), -1);
}

TEST_F(StreamTest, asynchronous_host_copies_are_unsupported) {
  open();
  char to[4];
  EXPECT_EQ(api.axclrtMemcpyAsync(to, "abc", 4, CopyKind::kHostToHost, stream), 4);
}

TEST_F(StreamTest, event_orders_two_streams) {
  open();
  axcl::Stream second = nullptr;
  axcl::Event event = nullptr;
  ASSERT_EQ(api.axclrtCreateStream(&second), 0);
  ASSERT_EQ(api.axclrtCreateEvent(&event), 0);
  char* memory = zeroed(8 << 20);
  std::string host(1, '\0');
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(api.axclrtMemsetAsync(memory, static_cast<uint8_t>(i + 1), 8 << 20, stream), 0);
  }
  ASSERT_EQ(api.axclrtRecordEvent(event, stream), 0);
  ASSERT_EQ(api.axclrtStreamWaitEvent(second, event), 0);
  ASSERT_EQ(api.axclrtMemcpyAsync(host.data(), memory + (8 << 20) - 1, 1, CopyKind::kDeviceToHost,
                                  second),
            0);
  ASSERT_EQ(api.axclrtSynchronizeStream(second), 0);
  EXPECT_EQ(host[0], 20);
  EXPECT_EQ(api.axclrtDestroyEvent(event), 0);
  EXPECT_EQ(bits(api.axclrtRecordEvent(event, stream)), 0x80300383);
}

TEST_F(StreamTest, sixty_four_threads_use_one_card) {
  load();
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 64; ++t) {
    threads.emplace_back([this, t, &failures] {
      axcl::Context own = nullptr;
      axcl::Stream mine = nullptr;
      void* memory = nullptr;
      bool good = api.axclrtCreateContext(&own, 3) == 0 && api.axclrtCreateStream(&mine) == 0 &&
                  api.axclrtMalloc(&memory, 4096, MallocPolicy::kHugeFirst) == 0;
      for (int i = 0; good && i < 20; ++i) {
        std::string sent(4096, static_cast<char>(t + i));
        std::string got(4096, '\0');
        good =
            api.axclrtMemcpy(memory, sent.data(), 4096, CopyKind::kHostToDevice) == 0 &&
            api.axclrtMemcpyAsync(got.data(), memory, 4096, CopyKind::kDeviceToHost, mine) == 0 &&
            api.axclrtSynchronizeStream(mine) == 0 && got == sent;
      }
      good = good && api.axclrtDestroyStream(mine) == 0 && api.axclrtFree(memory) == 0 &&
             api.axclrtDestroyContext(own) == 0;
      if (!good) ++failures;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
}

}  // namespace
}  // namespace axllama::standin
