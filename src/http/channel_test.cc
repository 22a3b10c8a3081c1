#include "http/channel.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>
#include <vector>

#include "http/test_kit.h"

namespace axllama {
namespace {

using namespace http_test;

TEST(Channel, values_of_one_writer_arrive_in_order) {
  LoopThread thread;
  Channel<int> channel(thread.loop());
  std::thread writer([channel]() mutable {
    for (int i = 0; i < 1000; ++i) channel.push(i);
    channel.close();
  });
  const auto got = thread.get<std::vector<int>>([&]() -> Task<std::vector<int>> {
    std::vector<int> all;
    while (const std::optional<int> value = co_await channel.pop()) all.push_back(*value);
    co_return all;
  });
  writer.join();
  ASSERT_EQ(got.size(), 1000u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(got[static_cast<size_t>(i)], i);
}

TEST(Channel, nothing_is_lost_between_several_writers) {
  constexpr int kWriters = 4;
  constexpr int kEach = 2000;
  LoopThread thread;
  Channel<int> channel(thread.loop());
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([channel, writer]() mutable {
      for (int i = 0; i < kEach; ++i) channel.push(writer * kEach + i);
    });
  }
  const auto last = thread.get<std::map<int, int>>([&]() -> Task<std::map<int, int>> {
    std::map<int, int> last_of;
    for (int n = 0; n < kWriters * kEach; ++n) {
      const int value = *co_await channel.pop();
      const auto [at, first] = last_of.try_emplace(value / kEach, -1);
      if (value % kEach != at->second + 1) ADD_FAILURE() << "out of order: " << value;
      at->second = value % kEach;
    }
    co_return last_of;
  });
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(last.size(), size_t{kWriters});
}

TEST(Channel, reader_gets_what_was_queued_before_close_and_then_nothing) {
  LoopThread thread;
  Channel<std::string> channel(thread.loop());
  channel.push("a");
  channel.close();
  channel.push("b");
  const auto got = thread.get<std::string>([&]() -> Task<std::string> {
    std::string all;
    while (const auto value = co_await channel.pop()) all += *value;
    co_return all;
  });
  EXPECT_EQ(got, "a");
}

TEST(Channel, writer_may_outlive_the_reader) {
  Loop loop;
  std::optional<Channel<int>> reader(loop);
  Channel<int> writer = *reader;
  reader.reset();
  writer.push(1);
  writer.close();
}

}  // namespace
}  // namespace axllama
