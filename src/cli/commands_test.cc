#include "cli/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/test_server.h"

namespace axllama::cli {
namespace {

struct Outcome {
  Result<int> result;
  std::string out, err;
};

Outcome run(Result<int> (*command)(Args), const std::vector<std::string>& words) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome{command(words), {}, {}};
  std::fflush(stdout);
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(Commands, list_prints_the_table) {
  TestServer server({{"GET /api/tags", {200, R"({"models":[{"name":"a:latest","digest":"0123",
      "size":1500,"modified_at":"2020-01-01T00:00:00Z"}]})"}}});
  const Outcome outcome = run(list_command, {});
  EXPECT_EQ(outcome.result, 0);
  EXPECT_EQ(outcome.out.find("NAME        ID      SIZE      MODIFIED"), 0u);
  EXPECT_NE(outcome.out.find("a:latest    0123    1.5 KB    "), std::string::npos);
}

TEST(Commands, ps_prints_the_table) {
  TestServer server({{"GET /api/ps", {200, R"({"models":[]})"}}});
  EXPECT_EQ(run(ps_command, {}).out.find("NAME    ID    SIZE    PROCESSOR    CONTEXT    UNTIL"),
            0u);
}

TEST(Commands, without_a_server_they_say_how_to_start_one) {
  {
    TestServer server;  // leaves a port that nobody listens on
    setenv("FREE_HOST", server.endpoint().text().c_str(), 1);
  }
  setenv("OLLAMA_HOST", getenv("FREE_HOST"), 1);
  const Outcome outcome = run(list_command, {});
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().message, std::string("could not connect to axllama server at ") +
                                                getenv("FREE_HOST") +
                                                ", run 'axllama serve' to start it");
  const Outcome version = run(version_command, {});
  EXPECT_EQ(version.result, 0);
  EXPECT_EQ(version.out.find("axllama version is "), 0u);
  EXPECT_NE(version.out.find("Warning: could not connect"), std::string::npos);
  unsetenv("OLLAMA_HOST");
}

TEST(Commands, version_tells_both_versions) {
  TestServer server({{"GET /api/version", {200, R"({"version":"0.35.1"})"}}});
  EXPECT_NE(run(version_command, {}).out.find("0.35.1"), std::string::npos);
}

TEST(Commands, show_prints_one_part) {
  TestServer server({{"POST /api/show", {200, R"({"license":"MIT","system":"be"})"}}});
  EXPECT_EQ(run(show_command, {"m", "--license"}).out, "MIT\n");
  EXPECT_EQ(run(show_command, {"m", "--system"}).out, "be\n");
  EXPECT_EQ(run(show_command, {"m", "--system", "--license"}).result.error().message,
            "only one of '--license', '--modelfile', '--parameters', '--system', or '--template' "
            "can be specified");
  EXPECT_EQ(server.asked()[0], R"(POST /api/show {"model":"m","verbose":false})");
}

TEST(Commands, stop_unloads) {
  TestServer server({{"POST /api/generate", {200, R"({"done":true,"done_reason":"unload"})"}}});
  const Outcome outcome = run(stop_command, {"m"});
  EXPECT_EQ(outcome.result, 0);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(server.asked()[0], R"(POST /api/generate {"model":"m","keep_alive":0})");
}

TEST(Commands, stop_of_an_unknown_model_names_it) {
  TestServer server;
  EXPECT_EQ(run(stop_command, {"x"}).result.error().message, "couldn't find model \"x\" to stop");
}

TEST(Commands, cp_tells_what_it_did) {
  TestServer server({{"POST /api/copy", TestAnswer{}}});
  EXPECT_EQ(run(cp_command, {"a", "b"}).out, "copied 'a' to 'b'\n");
  EXPECT_EQ(server.asked()[0], R"(POST /api/copy {"source":"a","destination":"b"})");
  EXPECT_FALSE(run(cp_command, {"a"}).result);
}

TEST(Commands, rm_unloads_then_deletes_each) {
  TestServer server({{"POST /api/generate", {200, "{}"}}, {"DELETE /api/delete", TestAnswer{}}});
  EXPECT_EQ(run(rm_command, {"a", "b"}).out, "deleted 'a'\ndeleted 'b'\n");
  const std::vector<std::string> expected = {
      R"(POST /api/generate {"model":"a","keep_alive":0})", R"(DELETE /api/delete {"model":"a"})",
      R"(POST /api/generate {"model":"b","keep_alive":0})", R"(DELETE /api/delete {"model":"b"})"};
  EXPECT_EQ(server.asked(), expected);
}

TEST(Commands, rm_stops_at_the_first_error) {
  TestServer server({{"DELETE /api/delete", {404, R"({"error":"model 'a' not found"})"}}});
  const Outcome outcome = run(rm_command, {"a", "b"});
  EXPECT_EQ(outcome.result.error().message, "model 'a' not found");
  EXPECT_THAT(server.asked(), testing::Not(testing::Contains(testing::HasSubstr("\"b\""))));
}

TEST(Commands, run_of_an_unknown_model_pulls_it_and_else_names_the_nearest) {
  TestServer server(
      {{"GET /", {200, "Ollama is running"}},
       {"GET /api/tags", {200, R"({"models":[{"name":"llama3:latest"}]})"}},
       {"GET /api/catalogue?cards=false",
        {200, R"({"models":[{"name":"qwen3:4b"},{"name":"qwen3:0.6b"}]})"}},
       {"POST /api/pull", {500, R"({"error":"pull model manifest: file does not exist"})"}}});
  const Outcome outcome = run(run_command, {"qwen3:4", "hi", "--device", "npu"});
  ASSERT_FALSE(outcome.result);
  EXPECT_EQ(outcome.result.error().message,
            "model 'qwen3:4' not found, and it can't be pulled: pull model manifest: file does not "
            "exist");
  EXPECT_EQ(outcome.result.error().hint, "did you mean qwen3:4b?");
  EXPECT_THAT(
      server.asked(),
      testing::Contains(
          R"(POST /api/pull {"model":"qwen3:4","insecure":false,"stream":true,"device":"npu"})"));
}

TEST(Commands, list_remote_shows_what_there_is_to_pull) {
  TestServer server({{"GET /api/catalogue", {200, R"({"models":[
    {"name":"qwen3:4b","size":5670000000,"context_length":2559,"card_memory":5477761024,
     "card_memory_estimated":false,"capabilities":["completion","tools"],"minimum_sdk":null,
     "tokens_per_second":{"rk3576":2.48,"raspberry_pi_5":3.69},"fits":true},
    {"name":"gemma3:1b","size":null,"context_length":null,"card_memory":null,"fits":null,
     "card_memory_estimated":false,"capabilities":[],"tokens_per_second":{},"minimum_sdk":null}]})"}}});
  const std::string out = run(list_command, {"--remote"}).out;
  EXPECT_THAT(out, testing::HasSubstr("3.7 tok/s (Raspberry Pi 5)"));
  EXPECT_THAT(out, testing::ContainsRegex("qwen3:4b +5.7 GB +2559 +5.5 GB .*yes"));
  EXPECT_THAT(out, testing::ContainsRegex("gemma3:1b +- +- +- +- +- +- +unknown"));
  EXPECT_THAT(run(list_command, {"--remote", "gem"}).out, testing::Not(testing::HasSubstr("qwen")));
  EXPECT_FALSE(run(list_command, {"--json", "gem"}).result);
}

}  // namespace
}  // namespace axllama::cli
