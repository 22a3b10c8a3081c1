#include "runner/worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <latch>
#include <mutex>

#include "engine/fake/fake_engine.h"
#include "runner/prepare.h"
#include "test_places.h"

namespace axllama::runner {
namespace {

using namespace std::chrono_literals;

constexpr auto kSoon = 20s;

std::unique_ptr<Vocabulary> sprout_vocabulary() {
  auto loaded = Vocabulary::load(source_path("/models/sprout/sprout-q8_0.gguf"));
  EXPECT_TRUE(loaded) << loaded.error().text();
  return *std::move(loaded);
}

// What a job gave, waited for from the test's thread.
class Events {
 public:
  std::function<void(Event)> sink() {
    return [this](Event event) {
      std::lock_guard lock(mutex_);
      events_.push_back(std::move(event));
      changed_.notify_all();
    };
  }
  bool wait_for(const std::function<bool(const std::vector<Event>&)>& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kSoon, [&] { return condition(events_); });
  }
  Event last() {
    EXPECT_TRUE(wait_for([](const auto& all) { return !all.empty() && is_last(all.back()); }));
    std::lock_guard lock(mutex_);
    return events_.back();
  }
  std::string text() {
    last();
    std::lock_guard lock(mutex_);
    std::string joined;
    for (const Event& event : events_) {
      if (const auto* content = std::get_if<Content>(&event)) joined += content->text;
    }
    return joined;
  }
  size_t count() {
    std::lock_guard lock(mutex_);
    return events_.size();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Event> events_;
};

// A script that says `text` after any prompt and then ends.
FakeScript saying(const std::string& text) {
  const auto vocabulary = sprout_vocabulary();
  std::vector<Token> answer = vocabulary->encode(text, false, false);
  answer.push_back(vocabulary->eos());
  const Token mark = vocabulary->encode("?", false, false).front();
  FakeScript script;
  script.next = [answer, mark](const std::vector<Token>& tokens) {
    const auto after = std::find(tokens.rbegin(), tokens.rend(), mark) - tokens.rbegin();
    return answer[std::min(static_cast<size_t>(after), answer.size() - 1)];
  };
  return script;
}

class WorkerTest : public testing::Test {
 protected:
  void make(FakeScript script, uint64_t park_bytes = 0) {
    worker_ = std::make_unique<Worker>(
        make_fake_engine(std::move(script), sprout_vocabulary(), &calls_), park_bytes);
  }
  Job job(const std::string& prompt, Events& events, Options options = {},
          std::stop_token stop = {}, std::vector<std::string> images = {}) {
    options.temperature = 0;
    TextRequest request{.prompt = prompt, .images = std::move(images)};
    request.settings.options = options;
    request.settings.shift = shift_;
    const auto lay_out = [this](std::span<const PromptPart> parts, bool add_special) {
      return worker_->lay_out(parts, add_special);
    };
    auto made = prepare_text({worker_->vocabulary(), worker_->info(), nullptr, lay_out}, request);
    EXPECT_TRUE(made) << made.error().text();
    made->emit = events.sink();
    made->stop = stop;
    return *std::move(made);
  }
  // Asks and waits; gives what the answer cost.
  Done ask(const std::string& prompt) {
    Events events;
    worker_->submit(job(prompt, events));
    const Event last = events.last();
    EXPECT_TRUE(std::holds_alternative<Done>(last));
    EXPECT_EQ(events.text(), "fine");
    return std::holds_alternative<Done>(last) ? std::get<Done>(last) : Done{};
  }
  FakeCalls calls_;
  bool shift_ = true;
  std::unique_ptr<Worker> worker_;
};

// A picture of one pixel.
std::string picture(char shade) {
  std::string bmp("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0", 30);
  bmp.append(24, '\0').append(3, shade).append(1, '\0');
  return bmp;
}

constexpr int kImageTokens = 20;

FakeScript seeing_script() {
  FakeScript script = saying("fine");
  script.image_tokens = kImageTokens;
  return script;
}

TEST_F(WorkerTest, an_image_is_evaluated_in_its_place_and_counted) {
  FakeScript script = seeing_script();
  std::vector<Token> seen;
  script.next = [&seen, next = script.next](const std::vector<Token>& tokens) {
    if (seen.empty()) seen = tokens;
    return next(tokens);
  };
  make(std::move(script));
  Events events;
  Job sent = job("aaaa[img-0]bbbb?", events, {}, {}, {picture('x')});
  const Prompt prompt = sent.prompt;
  worker_->submit(std::move(sent));
  EXPECT_EQ(events.text(), "fine");
  EXPECT_EQ(std::get<Done>(events.last()).prompt_tokens,
            static_cast<int64_t>(prompt.tokens.size()));
  EXPECT_EQ(seen, prompt.tokens);
  EXPECT_EQ(calls_.images, 1);
}

TEST_F(WorkerTest, the_same_image_is_not_evaluated_again_and_another_one_is) {
  make(seeing_script());
  const auto cached = [&](const std::string& image) {
    Events events;
    worker_->submit(job("aaaa[img-0]bbbb?", events, {}, {}, {image}));
    return std::get<Done>(events.last()).cached_tokens;
  };
  cached(picture('x'));
  EXPECT_GT(cached(picture('x')), kImageTokens);
  EXPECT_EQ(calls_.images, 1);
  EXPECT_LT(cached(picture('y')), kImageTokens);
  EXPECT_EQ(calls_.images, 2);
}

TEST_F(WorkerTest, an_image_that_fails_fails_its_request_only) {
  FakeScript script = seeing_script();
  script.slots = 2;
  script.before_image = [](int) { return fail(ErrorCode::kInvalidArgument, "too wide"); };
  make(std::move(script));
  Events with, without;
  worker_->submit(job("a[img-0]?", with, {}, {}, {picture('x')}));
  worker_->submit(job("b?", without));
  EXPECT_EQ(std::get<Failed>(with.last()).error.message, "too wide");
  EXPECT_EQ(without.text(), "fine");
  EXPECT_FALSE(worker_->broken());
}

TEST_F(WorkerTest, a_client_that_leaves_while_an_image_is_evaluated_leaves_no_work) {
  std::stop_source source;
  FakeScript script = seeing_script();
  script.before_image = [&](int) -> Result<void> {
    source.request_stop();
    return {};
  };
  make(std::move(script));
  Events gone, after;
  worker_->submit(
      job("a[img-0][img-1]?", gone, {}, source.get_token(), {picture('x'), picture('y')}));
  EXPECT_EQ(std::get<Failed>(gone.last()).error.code, ErrorCode::kCanceled);
  worker_->submit(job("b?", after));
  EXPECT_EQ(after.text(), "fine");
  EXPECT_EQ(calls_.images, 0);
}

TEST_F(WorkerTest, a_full_context_drops_an_image_as_a_whole) {
  FakeScript script = seeing_script();
  script.context = 40;
  script.next = [](const std::vector<Token>& tokens) {
    for (size_t i = 0; i < tokens.size(); ++i) {
      const bool cut = is_image(tokens[i]) && before_image(tokens, i) == i;
      if (cut && behind_image(tokens, i + 1) - i != kImageTokens) ADD_FAILURE() << "a part is left";
    }
    return Token{100};
  };
  make(std::move(script));
  Events events;
  worker_->submit(job("aaaa[img-0]bbbb?", events, {.num_predict = 60}, {}, {picture('x')}));
  EXPECT_EQ(std::get<Done>(events.last()).answer_tokens, 60);
  EXPECT_GT(calls_.shifts, 0);
}

TEST_F(WorkerTest, an_answer_starts_flows_and_is_done) {
  make(saying("Paris."));
  Events events;
  worker_->submit(job("What?", events));
  EXPECT_EQ(events.text(), "Paris.");
  const Done done = std::get<Done>(events.last());
  EXPECT_EQ(done.reason, DoneReason::kStop);
  EXPECT_EQ(done.cached_tokens, 0);
  EXPECT_GT(done.prompt_tokens, 0);
  EXPECT_GT(done.answer_tokens, 0);
}

TEST_F(WorkerTest, the_second_turn_evaluates_only_what_is_new) {
  make(saying("Paris."));
  Events first, second;
  worker_->submit(job("aaaa bbbb cccc?", first));
  first.last();
  worker_->submit(job("aaaa bbbb cccc?", second));
  const Done done = std::get<Done>(second.last());
  EXPECT_EQ(done.cached_tokens, done.prompt_tokens - 1);
}

TEST_F(WorkerTest, more_jobs_than_slots_all_get_their_turn) {
  FakeScript script = saying("yes");
  script.slots = 2;
  make(std::move(script));
  std::vector<Events> events(7);
  for (size_t i = 0; i < events.size(); ++i) {
    worker_->submit(job(std::string(i + 1, 'x') + "?", events[i]));
  }
  for (Events& one : events) EXPECT_EQ(one.text(), "yes");
  EXPECT_EQ(worker_->queued(), 0);
}

TEST_F(WorkerTest, slots_share_steps) {
  FakeScript script = saying("one two three four");
  script.slots = 2;
  std::latch both(1);
  script.before_step = [&](std::span<const Row>) -> Result<void> {
    both.wait();
    return {};
  };
  make(std::move(script));
  Events a, b;
  worker_->submit(job("a?", a));
  worker_->submit(job("b?", b));
  both.count_down();
  a.last();
  b.last();
  std::lock_guard lock(calls_.mutex);
  EXPECT_GT(std::ranges::count_if(calls_.rows_per_step, [](size_t rows) { return rows > 1; }), 1);
}

TEST_F(WorkerTest, a_long_prompt_goes_in_chunks) {
  FakeScript script = saying("ok");
  script.chunk = 8;
  make(std::move(script));
  Events events;
  worker_->submit(job("a b c d e f g h i j k l m n o p q r s t u v w x y z?", events));
  EXPECT_EQ(events.text(), "ok");
  std::lock_guard lock(calls_.mutex);
  for (const size_t rows : calls_.rows_per_step) EXPECT_LE(rows, 8U);
}

TEST_F(WorkerTest, num_predict_ends_with_length) {
  make(saying("one two three four five"));
  Events events;
  worker_->submit(job("go?", events, {.num_predict = 2}));
  const Done done = std::get<Done>(events.last());
  EXPECT_EQ(done.reason, DoneReason::kLength);
  EXPECT_EQ(done.answer_tokens, 2);
}

TEST_F(WorkerTest, num_predict_zero_gives_nothing) {
  make(saying("one"));
  Events events;
  worker_->submit(job("go?", events, {.num_predict = 0}));
  EXPECT_EQ(events.text(), "");
  EXPECT_EQ(std::get<Done>(events.last()).answer_tokens, 0);
}

TEST_F(WorkerTest, stop_strings_end_the_answer_and_are_cut_out) {
  make(saying("one two three"));
  Events events;
  Options options;
  options.stop = {" two"};
  worker_->submit(job("go?", events, options));
  EXPECT_EQ(events.text(), "one");
  EXPECT_EQ(std::get<Done>(events.last()).reason, DoneReason::kStop);
  EXPECT_EQ(std::get<Done>(events.last()).stop, " two");
}

FakeScript endless() {
  FakeScript script = saying("x");
  const Token x = sprout_vocabulary()->encode("x", false, false).front();
  script.next = [x](const std::vector<Token>&) { return x; };
  script.context = 1 << 20;  // so that the bound on an answer's length is out of reach
  return script;
}

TEST_F(WorkerTest, a_full_context_shifts_and_goes_on) {
  for (const bool can_shift : {true, false}) {
    FakeScript script = endless();
    script.context = 32;
    script.can_shift = can_shift;
    make(std::move(script));
    Events events;
    worker_->submit(job("go?", events, {.num_predict = 100}));
    EXPECT_EQ(std::get<Done>(events.last()).answer_tokens, 100);
    EXPECT_EQ(calls_.shifts > 0, can_shift);
    worker_.reset();
    calls_.shifts = 0;
  }
}

TEST_F(WorkerTest, without_shift_a_full_context_ends_with_length) {
  FakeScript script = endless();
  script.context = 32;
  make(std::move(script));
  shift_ = false;
  Events events;
  worker_->submit(job("go?", events));
  const Done done = std::get<Done>(events.last());
  EXPECT_EQ(done.reason, DoneReason::kLength);
  EXPECT_LE(done.prompt_tokens + done.answer_tokens, 33);
}

TEST_F(WorkerTest, a_request_for_less_context_is_kept_to_it) {
  make(endless());
  shift_ = false;
  Events events;
  worker_->submit(job("go?", events, {.num_ctx = 16}));
  const Done done = std::get<Done>(events.last());
  EXPECT_LE(done.prompt_tokens + done.answer_tokens, 17);
}

TEST_F(WorkerTest, a_client_that_goes_away_frees_its_slot) {
  make(endless());
  Events gone, next;
  std::stop_source source;
  worker_->submit(job("go?", gone, {.num_predict = 1 << 20}, source.get_token()));
  EXPECT_TRUE(gone.wait_for([](const auto& all) { return all.size() > 3; }));
  source.request_stop();
  EXPECT_EQ(std::get<Failed>(gone.last()).error.code, ErrorCode::kCanceled);
  worker_->submit(job("go?", next, {.num_predict = 3}));
  EXPECT_EQ(std::get<Done>(next.last()).answer_tokens, 3);
}

TEST_F(WorkerTest, a_queued_client_that_goes_away_never_starts) {
  FakeScript script = endless();
  make(std::move(script));
  Events running, queued;
  std::stop_source end_running, end_queued;
  worker_->submit(job("a?", running, {.num_predict = 1 << 20}, end_running.get_token()));
  worker_->submit(job("b?", queued, {}, end_queued.get_token()));
  end_queued.request_stop();
  EXPECT_EQ(std::get<Failed>(queued.last()).error.code, ErrorCode::kCanceled);
  EXPECT_EQ(queued.count(), 1U);
  end_running.request_stop();
  running.last();
}

TEST_F(WorkerTest, a_failed_step_fails_its_jobs_and_the_next_is_served) {
  FakeScript script = saying("fine");
  auto broken = std::make_shared<std::atomic<bool>>(true);
  script.before_step = [broken](std::span<const Row>) -> Result<void> {
    if (broken->exchange(false)) return fail(ErrorCode::kNoMemory, "no room for this");
    return {};
  };
  make(std::move(script));
  Events first, second;
  worker_->submit(job("a?", first));
  EXPECT_EQ(std::get<Failed>(first.last()).error.message, "no room for this");
  EXPECT_FALSE(worker_->broken());
  worker_->submit(job("b?", second));
  EXPECT_EQ(second.text(), "fine");
}

// 24 words each, of two conversations that share nothing.
std::string words(const std::string& word) {
  std::string text;
  for (int i = 0; i < 24; ++i) text += word + " ";
  return text + "?";
}
const std::string kA = words("apple"), kB = words("banana");
constexpr uint64_t kPlenty = 1 << 20;

TEST_F(WorkerTest, a_conversation_that_lost_its_slot_goes_on_without_prefill) {
  make(saying("fine"), kPlenty);
  const Done first = ask(kA);
  EXPECT_EQ(first.cached_tokens, 0);
  EXPECT_LT(ask(kB).cached_tokens, 5);
  EXPECT_GT(worker_->parked_bytes(), 0U);
  const Done again = ask(kA + " and a pear?");
  EXPECT_GE(again.cached_tokens, first.prompt_tokens);
  EXPECT_GE(ask(kB + " and a plum?").cached_tokens, first.prompt_tokens / 2);
  EXPECT_EQ(calls_.restores, 2);
}

TEST_F(WorkerTest, without_a_budget_it_is_evaluated_again) {
  make(saying("fine"));
  ask(kA);
  ask(kB);
  EXPECT_LT(ask(kA).cached_tokens, 5);
  EXPECT_EQ(calls_.saves, 0);
}

TEST_F(WorkerTest, an_own_slot_is_better_than_a_parked_one) {
  FakeScript script = saying("fine");
  script.slots = 2;
  make(std::move(script), kPlenty);
  for (int turn = 0; turn < 3; ++turn) {
    ask(kA);
    ask(kB);
  }
  EXPECT_EQ(calls_.saves, 0);
}

TEST_F(WorkerTest, a_parked_one_takes_the_slot_that_was_unused_longest) {
  FakeScript script = saying("fine");
  script.slots = 2;
  make(std::move(script), kPlenty);
  const std::string c = words("cherry");
  const Done first = ask(kA);
  ask(kB);
  ask(c);                                                     // parks kA
  EXPECT_EQ(ask(kA).cached_tokens, first.prompt_tokens - 1);  // in place of kB
  EXPECT_GT(ask(c).cached_tokens, 32);
  EXPECT_EQ(calls_.restores, 1);
  EXPECT_GT(ask(kB).cached_tokens, 32);
  EXPECT_EQ(calls_.restores, 2);
}

TEST_F(WorkerTest, a_failed_save_costs_a_prefill_and_no_error) {
  FakeScript script = saying("fine");
  script.before_save = [](int) -> Result<void> { return fail(ErrorCode::kIo, "coughed"); };
  make(std::move(script), kPlenty);
  ask(kA);
  ask(kB);
  EXPECT_EQ(worker_->parked_bytes(), 0U);
  EXPECT_LT(ask(kA).cached_tokens, 5);
}

TEST_F(WorkerTest, a_failed_restore_costs_a_prefill_and_no_error) {
  FakeScript script = saying("fine");
  script.before_restore = [](int) -> Result<void> { return fail(ErrorCode::kIo, "coughed"); };
  make(std::move(script), kPlenty);
  const Done first = ask(kA);
  ask(kB);
  EXPECT_EQ(ask(kA).cached_tokens, 0);
  EXPECT_EQ(ask(kA).cached_tokens, first.prompt_tokens - 1);
}

TEST_F(WorkerTest, what_a_shift_has_cut_is_not_parked) {
  FakeScript script = endless();
  script.context = 200;
  make(std::move(script), kPlenty);
  Events shifted, next;
  worker_->submit(job(kA, shifted, {.num_predict = 200}));
  EXPECT_EQ(std::get<Done>(shifted.last()).answer_tokens, 200);
  EXPECT_GT(calls_.shifts, 0);
  worker_->submit(job(kB, next, {.num_predict = 1}));
  next.last();
  EXPECT_EQ(calls_.saves, 0);
}

TEST_F(WorkerTest, after_a_device_error_every_job_fails_and_the_device_is_left_alone) {
  for (const ErrorCode code : {ErrorCode::kInternal, ErrorCode::kCorrupt, ErrorCode::kIo,
                               ErrorCode::kUnavailable, ErrorCode::kTimeout}) {
    FakeScript script = saying("fine");
    auto steps = std::make_shared<std::atomic<int>>(0);
    script.before_step = [steps, code](std::span<const Row>) -> Result<void> {
      ++*steps;
      return fail(code, "the device coughed", "reboot it");
    };
    make(std::move(script));
    std::vector<Events> events(3);
    for (Events& one : events) worker_->submit(job("a?", one));
    for (Events& one : events) {
      const Error error = std::get<Failed>(one.last()).error;
      EXPECT_EQ(error.code, code);
      EXPECT_EQ(error.hint, "reboot it");
      EXPECT_TRUE(worker_->broken());
    }
    Events late;
    worker_->submit(job("b?", late));
    EXPECT_EQ(std::get<Failed>(late.last()).error.message, "the device coughed");
    EXPECT_EQ(*steps, 1);
    EXPECT_EQ(worker_->queued(), 0);
  }
}

TEST_F(WorkerTest, the_end_of_the_worker_ends_every_job) {
  make(endless());
  Events running, queued;
  worker_->submit(job("a?", running, {.num_predict = 1 << 20}));
  worker_->submit(job("b?", queued));
  EXPECT_TRUE(running.wait_for([](const auto& all) { return all.size() > 2; }));
  worker_.reset();
  EXPECT_TRUE(std::holds_alternative<Failed>(running.last()));
  EXPECT_TRUE(std::holds_alternative<Failed>(queued.last()));
}

TEST_F(WorkerTest, embeddings_come_one_an_input) {
  make(saying("x"));
  std::promise<Result<std::vector<std::vector<float>>>> promise;
  worker_->submit(EmbedJob{.inputs = {{1, 2}, {3}}, .stop = {}, .finish = [&](auto vectors) {
                             promise.set_value(std::move(vectors));
                           }});
  auto future = promise.get_future();
  ASSERT_EQ(future.wait_for(kSoon), std::future_status::ready);
  EXPECT_EQ(future.get()->size(), 2U);
}

}  // namespace
}  // namespace axllama::runner
