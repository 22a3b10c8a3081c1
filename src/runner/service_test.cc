#include "runner/service.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <chrono>
#include <filesystem>

#include "engine/fake/fake_engine.h"
#include "http/client.h"
#include "test_places.h"

namespace axllama::runner {
namespace {

using namespace std::chrono_literals;

// A service behind its HTTP server, with an engine whose calls the test holds up.
class ServiceTest : public testing::Test {
 protected:
  ServiceTest() {
    std::string path = (std::filesystem::temp_directory_path() / "axllama-XXXXXX").string();
    EXPECT_NE(::mkdtemp(path.data()), nullptr);
    folder_ = path;
    endpoint_ = Endpoint{.unix_path = path + "/runner.sock"};
  }
  ~ServiceTest() override {
    let_go(hold_load_);
    let_go(hold_step_);
    std::filesystem::remove_all(folder_);
  }

  EngineLoader loader() {
    return
        [this](const LoadSpec&, const LoadProgress& progress) -> Result<std::unique_ptr<Engine>> {
          progress(0.5f);
          hold(hold_load_, in_load_);
          if (!progress(0.9f)) return fail(ErrorCode::kCanceled, "canceled");
          FakeScript script;
          script.next = [](const std::vector<Token>&) { return Token{100}; };
          script.before_step = [this](std::span<const Row>) -> Result<void> {
            hold(hold_step_, in_step_);
            if (fails_) return std::unexpected(*fails_);
            return {};
          };
          AX_TRY(auto vocabulary, Vocabulary::load(source_path("/models/sprout/sprout-q8_0.gguf")));
          return make_fake_engine(std::move(script), std::move(vocabulary));
        };
  }

  // A call to the device that takes its time, whatever anybody asks.
  static void hold(const std::atomic<bool>& held, std::atomic<bool>& inside) {
    inside = true;
    held.wait(true);
    inside = false;
  }
  static void let_go(std::atomic<bool>& held) {
    held = false;
    held.notify_all();
  }

  // Runs `body` on the loop beside the served service.
  void run(std::function<Task<void>(Service&)> body) {
    Service service(loop_, loader());
    HttpServer server(loop_, [&](Exchange& exchange) { return service.handle(exchange); });
    ASSERT_TRUE(server.listen(endpoint_));
    start(body(service), [this] { loop_.stop(); });
    loop_.run();
  }

  Task<Result<RunnerInfo>> load(Service& service) {
    LoadRequest request{.model = "m"};
    const std::function<void(double)> unobserved = [](double) {};
    const std::stop_token never;
    co_return co_await service.load(std::move(request), unobserved, never);
  }

  Task<std::string> status() {
    HttpClient client(loop_, endpoint_);
    HttpRequest question{.target = "/health"};
    const Result<HttpResponse> answer = co_await client.fetch(std::move(question));
    if (!answer) co_return answer.error().text();
    const Result<Health> health = decode_health(answer->body);
    co_return health ? health->status : health.error().text();
  }

  Task<void> expect_status(std::string_view wanted) {
    const std::string seen = co_await status();
    EXPECT_EQ(seen, wanted);
  }

  // POST /generate; the status of the answer.
  Task<void> generate(int& status) {
    HttpClient client(loop_, endpoint_);
    HttpRequest question{.method = "POST", .target = "/generate"};
    const TextRequest text{.prompt = "Hello"};
    question.body = encode(text);
    const Result<HttpResponse> answer = co_await client.fetch(std::move(question));
    status = answer ? answer->status : -1;
  }

  Task<void> until(std::function<bool()> condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition() && std::chrono::steady_clock::now() < deadline) {
      co_await loop_.sleep(1ms);
    }
    EXPECT_TRUE(condition());
  }

  Loop loop_;
  std::filesystem::path folder_;
  Endpoint endpoint_;
  std::atomic<bool> hold_load_ = false, in_load_ = false;
  std::atomic<bool> hold_step_ = false, in_step_ = false;
  std::optional<Error> fails_;
};

TEST_F(ServiceTest, health_tells_what_it_does) {
  hold_load_ = true;
  run([&](Service& service) -> Task<void> {
    co_await expect_status("empty");
    bool loaded = false;
    const auto begin = [&]() -> Task<void> {
      const Result<RunnerInfo> info = co_await load(service);
      loaded = info.has_value();
    };
    start(begin());
    co_await expect_status("loading");
    let_go(hold_load_);
    co_await until([&] { return loaded; });
    co_await expect_status("ready");
  });
}

TEST_F(ServiceTest, it_is_broken_after_a_device_error) {
  fails_ = Error{ErrorCode::kTimeout, "the NPU did not finish in time"};
  run([&](Service& service) -> Task<void> {
    const Result<RunnerInfo> info = co_await load(service);
    EXPECT_TRUE(info);
    // The first has begun when the device fails; the next is refused at once.
    for (const int status : {200, 504}) {
      int answer = 0;
      co_await generate(answer);
      EXPECT_EQ(answer, status);
      co_await expect_status(Health::kBroken);
    }
  });
}

TEST_F(ServiceTest, it_answers_while_its_end_waits_for_a_step) {
  run([&](Service& service) -> Task<void> {
    const Result<RunnerInfo> info = co_await load(service);
    EXPECT_TRUE(info);
    hold_step_ = true;
    int answer = 0;
    start(generate(answer));
    co_await until([&] { return in_step_.load(); });
    bool ended = false;
    start(service.end(), [&] { ended = true; });
    for (int i = 0; i < 3; ++i) co_await expect_status(Health::kEnding);
    int late = 0;
    co_await generate(late);
    EXPECT_EQ(late, 503);
    EXPECT_FALSE(ended);
    let_go(hold_step_);
    co_await until([&] { return ended && answer != 0; });
  });
}

TEST_F(ServiceTest, it_answers_while_its_end_waits_for_a_load) {
  hold_load_ = true;
  run([&](Service& service) -> Task<void> {
    std::optional<Error> error;
    const auto begin = [&]() -> Task<void> {
      const Result<RunnerInfo> info = co_await load(service);
      if (!info) error = info.error();
    };
    start(begin());
    co_await until([&] { return in_load_.load(); });
    bool ended = false;
    start(service.end(), [&] { ended = true; });
    co_await expect_status(Health::kEnding);
    EXPECT_FALSE(ended);
    let_go(hold_load_);
    co_await until([&] { return ended && error; });
    EXPECT_EQ(error->code, ErrorCode::kCanceled);
  });
}

}  // namespace
}  // namespace axllama::runner
