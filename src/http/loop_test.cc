#include "http/loop.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>

#include "base/fd.h"
#include "http/test_kit.h"

namespace axllama {
namespace {

using namespace http_test;

std::pair<Fd, Fd> socket_pair() {
  std::array<int, 2> fds;
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) std::abort();
  return {Fd(fds[0]), Fd(fds[1])};
}

// Runs a coroutine alone on a loop, to the end of both.
template <class T>
T run_alone(Loop& loop, Task<T> task) {
  std::optional<T> result;
  start([](Task<T> inner, std::optional<T>& out) -> Task<void> { out = co_await std::move(inner); }(
                                                     std::move(task), result));
  loop.run();
  return std::move(*result);
}

TEST(Loop, run_returns_when_nothing_can_happen_any_more) {
  Loop loop;
  int ran = 0;
  loop.post([&] { loop.post([&] { ++ran; }); });
  loop.run();
  EXPECT_EQ(ran, 1);
  loop.post([&] { ++ran; });
  loop.run();
  EXPECT_EQ(ran, 2);
}

TEST(Loop, stop_counts_before_and_during_run) {
  Loop loop;
  start([](Loop& on) -> Task<void> { co_await on.sleep(1h); }(loop));
  loop.stop();
  loop.run();
  loop.post([&] { loop.stop(); });
  loop.run();
}

TEST(Loop, exception_in_a_callback_leaves_the_loop_running) {
  Loop loop;
  int ran = 0;
  loop.post([] { throw std::runtime_error("thrown by the test"); });
  loop.post([&] { ++ran; });
  loop.run();
  EXPECT_EQ(ran, 1);
}

TEST(Loop, sleep_lasts_its_time) {
  Loop loop;
  const auto before = std::chrono::steady_clock::now();
  EXPECT_TRUE(run_alone(loop, loop.sleep(20ms)));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 20ms);
}

TEST(Loop, sleep_ends_at_once_when_another_thread_asks_to_stop) {
  Loop loop;
  std::stop_source stop;
  std::thread asker([&] { stop.request_stop(); });
  EXPECT_FALSE(run_alone(loop, loop.sleep(1h, stop.get_token())));
  asker.join();
  EXPECT_FALSE(run_alone(loop, loop.sleep(1h, stop.get_token())));
}

TEST(Loop, readable_sees_bytes_and_the_other_ends_closing) {
  Loop loop;
  auto [here, there] = socket_pair();
  ASSERT_EQ(::write(there.get(), "x", 1), 1);
  EXPECT_TRUE(run_alone(loop, loop.readable(here.get())));
  char byte = 0;
  ASSERT_EQ(::read(here.get(), &byte, 1), 1);
  loop.post([&there = there] { there.reset(); });
  EXPECT_TRUE(run_alone(loop, loop.readable(here.get())));
}

TEST(Loop, readable_gives_up_when_stop_is_asked) {
  Loop loop;
  auto [here, there] = socket_pair();
  std::stop_source stop;
  loop.post([&] { stop.request_stop(); });
  EXPECT_FALSE(run_alone(loop, loop.readable(here.get(), stop.get_token())));
}

TEST(Loop, several_can_wait_for_one_descriptor) {
  Loop loop;
  auto [here, there] = socket_pair();
  int seen = 0;
  for (int i = 0; i < 2; ++i) {
    start([](Loop& on, int fd, int& count) -> Task<void> {
      count += co_await on.readable(fd) ? 1 : 0;
    }(loop, here.get(), seen));
  }
  ASSERT_EQ(::write(there.get(), "x", 1), 1);
  loop.run();
  EXPECT_EQ(seen, 2);
}

TEST(Loop, regular_file_is_always_readable) {
  Loop loop;
  const Fd file(::memfd_create("loop_test", MFD_CLOEXEC));
  EXPECT_TRUE(run_alone(loop, loop.readable(file.get())));
}

TEST(Loop, signals_reach_their_action_each_time) {
  Loop loop;
  std::vector<int> seen;
  loop.on_signals({SIGUSR1, SIGUSR2}, [&](int number) {
    seen.push_back(number);
    if (seen.size() == 1) ::raise(SIGUSR2);
    if (seen.size() == 2) loop.stop();
  });
  loop.post([] { ::raise(SIGUSR1); });
  loop.run();
  EXPECT_EQ(seen, (std::vector{SIGUSR1, SIGUSR2}));
}

TEST(Loop, loop_may_end_while_coroutines_wait) {
  std::stop_source stop;
  auto [here, there] = socket_pair();
  {
    Loop loop;
    start([](Loop& on, std::stop_token token) -> Task<void> {
      co_await on.sleep(1h, token);
      ADD_FAILURE() << "resumed after the loop's end";
    }(loop, stop.get_token()));
    start([](Loop& on, int fd, std::stop_token token) -> Task<void> {
      co_await on.readable(fd, token);
      ADD_FAILURE() << "resumed after the loop's end";
    }(loop, here.get(), stop.get_token()));
    loop.post([] { ADD_FAILURE() << "run after the loop's end"; });
  }
  stop.request_stop();
}

}  // namespace
}  // namespace axllama
