#include "serve/scheduler.h"

#include <gtest/gtest.h>

#include <chrono>

namespace axllama::serve {
namespace {

using namespace std::chrono_literals;

// Runners without processes: the test decides when a load ends and when a runner dies.
struct FakeRunners {
  struct State {
    runner::LoadRequest load;
    std::function<void(std::string)> at_end;
    bool ended = false;
    bool answers = true;
    std::function<void(double)> progress;
  };
  std::vector<std::shared_ptr<State>> made;
  bool hold = false;  // loads wait for release()
  bool hang = false;  // runners that were asked to end don't
  std::optional<Error> fails;
  Channel<bool> gate;

  explicit FakeRunners(Loop& loop) : gate(loop) {}

  class Handle : public RunnerHandle {
   public:
    Handle(FakeRunners& owner, Loop& loop, std::shared_ptr<State> state)
        : owner_(owner), loop_(loop), state_(std::move(state)) {}
    Task<Result<runner::RunnerInfo>> load(const runner::LoadRequest& request,
                                          std::function<void(double)> progress,
                                          std::stop_token stop) override {
      state_->load = request;
      state_->progress = std::move(progress);
      while (owner_.hold && !stop.stop_requested()) co_await loop_.sleep(1ms, stop);
      if (stop.stop_requested()) co_return fail(ErrorCode::kCanceled, "canceled");
      if (owner_.fails) co_return std::unexpected(*owner_.fails);
      runner::RunnerInfo info;
      info.context = request.context;
      co_return info;
    }
    HttpClient client() const override { return {loop_, Endpoint{.unix_path = "/nowhere"}}; }
    void on_end(std::function<void(std::string)> action) override {
      state_->at_end = std::move(action);
    }
    Task<bool> answers(std::stop_token) override { co_return state_->answers; }
    Task<void> end() override {
      state_->ended = true;
      while (owner_.hang) co_await loop_.sleep(1ms);
    }

   private:
    FakeRunners& owner_;
    Loop& loop_;
    std::shared_ptr<State> state_;
  };

  RunnerFactory factory(Loop& loop) {
    return [this, &loop] {
      made.push_back(std::make_shared<State>());
      return std::make_unique<Handle>(*this, loop, made.back());
    };
  }
};

Wanted want(const std::string& key, int64_t context = 100) {
  Wanted wanted;
  wanted.key = key;
  wanted.name = key + ":latest";
  wanted.load.model = key;
  wanted.load.context = context;
  return wanted;
}

class SchedulerTest : public testing::Test {
 protected:
  // Runs a coroutine to its end on the loop.
  void run(std::function<Task<void>()> body) {
    start(body(), [this] { loop_.stop(); });
    loop_.run();
  }
  Scheduler make(Scheduler::Settings settings = {}) {
    return Scheduler(loop_, runners_.factory(loop_), settings);
  }
  Task<void> until(std::function<bool()> condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      co_await loop_.sleep(1ms);
    }
    EXPECT_TRUE(condition());
  }
  Loop loop_;
  FakeRunners runners_{loop_};
};

TEST_F(SchedulerTest, a_loaded_model_is_shared) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    const auto a = co_await scheduler.acquire(want("m"), {}, {});
    const auto b = co_await scheduler.acquire(want("m"), {}, {});
    EXPECT_TRUE(a && b);
    EXPECT_EQ(runners_.made.size(), 1U);
    EXPECT_EQ(scheduler.residents().at(0).users, 2);
  });
}

TEST_F(SchedulerTest, runner_that_died_unnoticed_while_idle_is_replaced) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("m"), {}, {});
    }
    runners_.made[0]->answers = false;
    const auto b = co_await scheduler.acquire(want("m"), {}, {});
    EXPECT_TRUE(b);
    EXPECT_EQ(runners_.made.size(), 2U);
    EXPECT_TRUE(runners_.made[0]->ended);
  });
}

TEST_F(SchedulerTest, less_context_is_served_and_more_reloads) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("m", 100), {}, {});
    }
    {
      const auto b = co_await scheduler.acquire(want("m", 50), {}, {});
    }
    EXPECT_EQ(runners_.made.size(), 1U);
    {
      const auto c = co_await scheduler.acquire(want("m", 200), {}, {});
    }
    EXPECT_EQ(runners_.made.size(), 2U);
    EXPECT_TRUE(runners_.made[0]->ended);
  });
}

TEST_F(SchedulerTest, how_much_is_parked_is_no_reason_to_load_again) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("m"), {}, {});
    }
    Wanted other = want("m");
    other.load.park_bytes = 1 << 20;
    const auto b = co_await scheduler.acquire(other, {}, {});
    EXPECT_TRUE(b);
    EXPECT_EQ(runners_.made.size(), 1U);
  });
}

TEST_F(SchedulerTest, another_model_waits_until_the_first_is_idle) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    auto first = co_await scheduler.acquire(want("a"), {}, {});
    bool got = false;
    const auto second = [&]() -> Task<void> {
      const auto lease = co_await scheduler.acquire(want("b"), {}, {});
      got = lease.has_value();
    };
    start(second());
    EXPECT_EQ(scheduler.queued(), 1U);
    EXPECT_FALSE(got);
    first = fail(ErrorCode::kInternal, "released");
    co_await until([&] { return got; });
    EXPECT_TRUE(runners_.made[0]->ended);
  });
}

TEST_F(SchedulerTest, requests_are_served_in_order_though_the_model_is_loaded) {
  Scheduler scheduler = make();
  std::string order;
  run([&]() -> Task<void> {
    auto first = co_await scheduler.acquire(want("a"), {}, {});
    const auto ask = [&](std::string key) -> Task<void> {
      const auto lease = co_await scheduler.acquire(want(key), {}, {});
      order += key;
    };
    start(ask("b"));
    start(ask("a"));
    first = fail(ErrorCode::kInternal, "released");
    co_await until([&] { return order.size() == 2; });
    EXPECT_EQ(order, "ba");
  });
}

TEST_F(SchedulerTest, a_full_queue_is_busy) {
  Scheduler scheduler = make({.max_queue = 1});
  run([&]() -> Task<void> {
    const auto first = co_await scheduler.acquire(want("a"), {}, {});
    std::stop_source stop;
    const auto wait = [&]() -> Task<void> {
      static_cast<void>(co_await scheduler.acquire(want("b"), {}, stop.get_token()));
    };
    start(wait());
    const auto refused = co_await scheduler.acquire(want("c"), {}, {});
    EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
    EXPECT_EQ(refused.error().message,
              "server busy, please try again.  maximum pending requests exceeded");
    stop.request_stop();
    co_await until([&] { return scheduler.queued() == 0; });
  });
}

TEST_F(SchedulerTest, a_load_that_nobody_waits_for_any_more_stops) {
  Scheduler scheduler = make();
  runners_.hold = true;
  run([&]() -> Task<void> {
    std::stop_source stop;
    std::optional<Error> error;
    const auto wait = [&]() -> Task<void> {
      const auto lease = co_await scheduler.acquire(want("a"), {}, stop.get_token());
      error = lease.error();
    };
    start(wait());
    co_await loop_.sleep(2ms);
    stop.request_stop();
    co_await until([&] { return error && runners_.made[0]->ended; });
    EXPECT_EQ(error->code, ErrorCode::kCanceled);
    runners_.hold = false;
    EXPECT_TRUE(co_await scheduler.acquire(want("a"), {}, {}));
  });
}

TEST_F(SchedulerTest, a_failed_load_is_told_to_all_who_waited_for_it) {
  Scheduler scheduler = make();
  runners_.fails = Error{ErrorCode::kCorrupt, "bad file"};
  run([&]() -> Task<void> {
    const auto a = co_await scheduler.acquire(want("a"), {}, {});
    EXPECT_EQ(a.error().message, "bad file");
    runners_.fails.reset();
    EXPECT_TRUE(co_await scheduler.acquire(want("a"), {}, {}));
  });
}

TEST_F(SchedulerTest, a_load_without_progress_is_given_up) {
  Scheduler scheduler = make({.load_timeout = 5ms});
  runners_.hold = true;
  run([&]() -> Task<void> {
    const auto a = co_await scheduler.acquire(want("a"), {}, {});
    EXPECT_EQ(a.error().code, ErrorCode::kTimeout);
  });
}

TEST_F(SchedulerTest, an_idle_model_is_unloaded_after_its_time) {
  Scheduler scheduler = make({.keep_alive = 2ms});
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("a"), {}, {});
    }
    co_await until([&] { return runners_.made[0]->ended; });
    EXPECT_TRUE(scheduler.residents().empty());
  });
}

TEST_F(SchedulerTest, keep_alive_of_the_last_request_counts) {
  Scheduler scheduler = make({.keep_alive = 1ms});
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("a"), kForever, {});
    }
    co_await loop_.sleep(10ms);
    EXPECT_EQ(scheduler.residents().size(), 1U);
    EXPECT_EQ(scheduler.residents()[0].expires, std::chrono::system_clock::time_point::max());
  });
}

TEST_F(SchedulerTest, unload_waits_for_those_who_use_it) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("a"), {}, {});
      scheduler.unload("a");
      EXPECT_FALSE(runners_.made[0]->ended);
    }
    co_await until([&] { return runners_.made[0]->ended; });
  });
}

TEST_F(SchedulerTest, a_dead_runner_is_replaced) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    const auto a = co_await scheduler.acquire(want("a"), {}, {});
    runners_.made[0]->at_end("signal 9 (Killed)");
    EXPECT_TRUE(scheduler.residents().empty());
    const auto b = co_await scheduler.acquire(want("a"), {}, {});
    EXPECT_TRUE(b);
    EXPECT_EQ(runners_.made.size(), 2U);
  });
}

TEST_F(SchedulerTest, a_runner_that_breaks_a_connection_gets_no_further_request) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    const auto a = co_await scheduler.acquire(want("a"), {}, {});
    a->report_broken();
    EXPECT_TRUE(runners_.made[0]->ended);
    const auto b = co_await scheduler.acquire(want("a"), {}, {});
    EXPECT_TRUE(b);
    EXPECT_EQ(runners_.made.size(), 2U);
  });
}

TEST_F(SchedulerTest, a_runner_that_is_not_well_after_a_failure_is_replaced) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("a"), {}, {});
      runners_.made[0]->answers = false;
      a->report_trouble();
    }
    EXPECT_TRUE(runners_.made[0]->ended);
    const auto b = co_await scheduler.acquire(want("a"), {}, {});
    EXPECT_TRUE(b);
    EXPECT_EQ(runners_.made.size(), 2U);
  });
}

TEST_F(SchedulerTest, a_runner_that_is_well_after_a_failure_stays) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    const auto a = co_await scheduler.acquire(want("a"), {}, {});
    a->report_trouble();
    a->report_trouble();
    const auto b = co_await scheduler.acquire(want("a"), {}, {});
    EXPECT_TRUE(b);
    EXPECT_EQ(runners_.made.size(), 1U);
    EXPECT_FALSE(runners_.made[0]->ended);
  });
}

TEST_F(SchedulerTest, the_next_load_waits_for_a_runner_that_ends) {
  Scheduler scheduler = make();
  runners_.hang = true;
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("a"), {}, {});
    }
    bool got = false;
    const auto ask = [&]() -> Task<void> {
      const auto lease = co_await scheduler.acquire(want("b"), {}, {});
      got = lease.has_value();
    };
    start(ask());
    co_await until([&] { return runners_.made[0]->ended; });
    co_await loop_.sleep(3ms);
    EXPECT_EQ(runners_.made.size(), 1U);
    runners_.hang = false;
    co_await until([&] { return got; });
    EXPECT_EQ(runners_.made.size(), 2U);
  });
}

TEST_F(SchedulerTest, a_runner_that_does_not_end_does_not_stop_the_others) {
  Scheduler scheduler = make({.handover = 3ms});
  runners_.hang = true;
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("a"), {}, {});
    }
    {
      const auto b = co_await scheduler.acquire(want("b"), {}, {});
      EXPECT_TRUE(b);
    }
    runners_.fails = Error{ErrorCode::kNoMemory, "no room"};
    const auto c = co_await scheduler.acquire(want("c"), {}, {});
    EXPECT_EQ(c.error().message, "no room; an earlier runner still hangs in a call to its device");
    runners_.hang = false;
  });
}

TEST_F(SchedulerTest, shutdown_waits_for_every_runner) {
  Scheduler scheduler = make({.handover = 1ms});
  runners_.hang = true;
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("a"), {}, {});
    }
    bool down = false;
    const auto shut = [&]() -> Task<void> {
      co_await scheduler.shutdown();
      down = true;
    };
    start(shut());
    co_await loop_.sleep(10ms);
    EXPECT_FALSE(down);
    runners_.hang = false;
    co_await until([&] { return down; });
  });
}

TEST_F(SchedulerTest, a_load_tells_how_far_it_is) {
  Scheduler scheduler = make();
  runners_.hold = true;
  run([&]() -> Task<void> {
    EXPECT_FALSE(scheduler.loading());
    bool got = false;
    const auto ask = [&]() -> Task<void> {
      const auto lease = co_await scheduler.acquire(want("a"), {}, {});
      got = lease.has_value();
    };
    start(ask());
    co_await until([&] { return !runners_.made.empty() && runners_.made[0]->progress; });
    EXPECT_EQ(scheduler.loading()->share, 0);
    runners_.made[0]->progress(0.5);
    EXPECT_EQ(scheduler.loading()->share, 0.5);
    EXPECT_EQ(scheduler.loading()->name, "a:latest");
    runners_.hold = false;
    co_await until([&] { return got; });
    EXPECT_FALSE(scheduler.loading());
  });
}

TEST_F(SchedulerTest, shutdown_refuses_and_ends) {
  Scheduler scheduler = make();
  run([&]() -> Task<void> {
    {
      const auto a = co_await scheduler.acquire(want("a"), {}, {});
    }
    co_await scheduler.shutdown();
    EXPECT_TRUE(runners_.made[0]->ended);
    EXPECT_FALSE(co_await scheduler.acquire(want("a"), {}, {}));
  });
}

}  // namespace
}  // namespace axllama::serve
