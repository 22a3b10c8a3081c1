#include "base/task.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"

namespace axllama {
namespace {

// Parks whoever awaits it until the test opens it.
class Gate {
 public:
  bool await_ready() const noexcept { return open_; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
  void await_resume() const noexcept {}
  void open() {
    open_ = true;
    if (waiter_) std::exchange(waiter_, {}).resume();
  }
  bool is_awaited() const { return static_cast<bool>(waiter_); }

 private:
  bool open_ = false;
  std::coroutine_handle<> waiter_;
};

// Runs a task that never waits for anything outside, and gives its result.
template <class T>
T run(Task<T> task) {
  std::optional<T> result;
  const auto keep = [](Task<T> inner, std::optional<T>& out) -> Task<void> {
    out.emplace(co_await std::move(inner));
  };
  start(keep(std::move(task), result));
  return std::move(*result);
}

Task<int> number(int value) {
  co_return value;
}

Task<void> add_after(Gate& gate, std::vector<int>& log, int value) {
  co_await gate;
  log.push_back(value);
}

Task<int> thrower(std::string text) {
  throw std::runtime_error(text);
  co_return 0;
}

Task<void> void_thrower() {
  throw std::runtime_error("nothing");
  co_return;
}

Task<std::string> caught(Task<int> task) {
  try {
    co_await std::move(task);
  } catch (const std::runtime_error& error) {
    co_return error.what();
  }
  co_return "no exception";
}

Task<int> sum_to(int last) {
  if (last == 0) co_return 0;
  const int rest = co_await sum_to(last - 1);
  co_return rest + last;
}

Task<int> sum_in_a_loop(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await number(1);
  co_return sum;
}

TEST(Task, gives_its_value_to_the_awaiter) {
  EXPECT_EQ(run(number(42)), 42);
}

TEST(Task, carries_values_that_can_only_be_moved) {
  const auto make = []() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  EXPECT_EQ(*run(make()), 7);
}

TEST(Task, does_nothing_until_it_is_awaited) {
  bool ran = false;
  const auto body = [](bool& flag) -> Task<void> {
    flag = true;
    co_return;
  };
  {
    const Task<void> never_awaited = body(ran);
  }
  EXPECT_FALSE(ran);
  start(body(ran));
  EXPECT_TRUE(ran);
}

TEST(Task, waits_where_it_awaits_and_goes_on_from_there) {
  Gate gate;
  std::vector<int> log;
  start(add_after(gate, log, 1));
  EXPECT_TRUE(log.empty());
  gate.open();
  EXPECT_EQ(log, std::vector{1});
}

TEST(Task, awaiter_goes_on_after_the_task_it_awaits) {
  Gate gate;
  std::vector<int> log;
  const auto outer = [](Gate& inner_gate, std::vector<int>& out) -> Task<void> {
    out.push_back(1);
    co_await add_after(inner_gate, out, 2);
    out.push_back(3);
  };
  start(outer(gate, log));
  EXPECT_EQ(log, std::vector{1});
  gate.open();
  EXPECT_EQ(log, (std::vector{1, 2, 3}));
}

TEST(Task, exception_reaches_the_awaiter) {
  EXPECT_EQ(run(caught(thrower("broken"))), "broken");
  EXPECT_EQ(run(caught(number(1))), "no exception");
}

TEST(Task, exception_passes_through_a_task_that_does_not_catch_it) {
  const auto between = []() -> Task<int> { co_return co_await thrower("deep") + 1; };
  EXPECT_EQ(run(caught(between())), "deep");
}

TEST(Task, exception_of_a_void_task_reaches_the_awaiter) {
  const auto outer = []() -> Task<int> {
    co_await void_thrower();
    co_return 1;
  };
  EXPECT_EQ(run(caught(outer())), "nothing");
}

TEST(Task, exception_after_a_wait_reaches_the_awaiter) {
  Gate gate;
  std::string text;
  const auto waits_and_throws = [](Gate& wait) -> Task<int> {
    co_await wait;
    throw std::runtime_error("late");
  };
  const auto outer = [](Task<int> inner, std::string& out) -> Task<void> {
    out = co_await caught(std::move(inner));
  };
  start(outer(waits_and_throws(gate), text));
  gate.open();
  EXPECT_EQ(text, "late");
}

TEST(Task, nests_a_thousand_deep) {
  EXPECT_EQ(run(sum_to(1000)), 500500);
}

// A stream whose next piece is always there already must not eat the stack, in any build.
TEST(Task, loop_over_a_million_tasks_that_never_wait_needs_no_stack) {
  EXPECT_EQ(run(sum_in_a_loop(1'000'000)), 1'000'000);
}

// Goes on at once, on another thread, while the awaiter may still be on its way out of this one.
struct OnAnotherThread {
  std::vector<std::thread>& threads;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) const {
    threads.emplace_back([waiter] { waiter.resume(); });
  }
  void await_resume() const noexcept {}
};

Task<int> number_from_another_thread(std::vector<std::thread>& threads) {
  co_await OnAnotherThread{threads};
  co_return 1;
}

TEST(Task, may_end_on_another_thread_than_it_started_on) {
  for (int i = 0; i < 200; ++i) {
    std::vector<std::thread> threads;
    std::promise<int> sum;
    const auto outer = [](std::vector<std::thread>& started, std::promise<int>& out) -> Task<> {
      out.set_value(co_await number_from_another_thread(started) + co_await number(1));
    };
    start(outer(threads, sum));
    EXPECT_EQ(sum.get_future().get(), 2);
    for (std::thread& thread : threads) thread.join();
  }
}

TEST(Task, result_error_leaves_a_coroutine_through_co_try_and_co_check) {
  const auto failing = []() -> Task<Result<int>> { co_return fail(ErrorCode::kBusy, "later"); };
  const auto trying = [&]() -> Task<Result<int>> {
    AX_CO_TRY(const int value, co_await failing());
    co_return value + 1;
  };
  const auto checking = [&]() -> Task<Result<int>> {
    AX_CO_CHECK(co_await failing());
    co_return 1;
  };
  EXPECT_EQ(run(trying()).error().message, "later");
  EXPECT_EQ(run(checking()).error().message, "later");
}

TEST(Task, destroying_an_unawaited_task_destroys_its_arguments) {
  const auto token = std::make_shared<int>(1);
  const auto holder = [](std::shared_ptr<int>) -> Task<void> { co_return; };
  {
    const Task<void> task = holder(token);
    EXPECT_EQ(token.use_count(), 2);
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Task, frame_of_an_awaited_task_is_gone_after_the_await) {
  const auto token = std::make_shared<int>(1);
  const auto holder = [](std::shared_ptr<int>) -> Task<int> { co_return 1; };
  const auto outer = [&]() -> Task<long> {
    co_await holder(token);
    co_return token.use_count();
  };
  EXPECT_EQ(run(outer()), 1);
}

TEST(Start, calls_at_end_once_the_task_is_through) {
  Gate gate;
  std::vector<int> log;
  start(add_after(gate, log, 1), [&] { log.push_back(2); });
  EXPECT_TRUE(gate.is_awaited());
  EXPECT_TRUE(log.empty());
  gate.open();
  EXPECT_EQ(log, (std::vector{1, 2}));
}

TEST(Start, runs_to_the_end_at_once_when_nothing_is_waited_for) {
  bool ended = false;
  const auto body = []() -> Task<void> { co_return; };
  start(body(), [&] { ended = true; });
  EXPECT_TRUE(ended);
}

TEST(Start, keeps_the_task_alive_until_its_end) {
  Gate gate;
  const auto token = std::make_shared<int>(1);
  const auto holder = [](Gate& wait, std::shared_ptr<int>) -> Task<void> { co_await wait; };
  start(holder(gate, token));
  EXPECT_EQ(token.use_count(), 2);
  gate.open();
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace axllama
