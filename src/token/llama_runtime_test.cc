#include "token/llama_runtime.h"

#include <gtest/gtest.h>
#include <llama.h>

#include <cstdlib>

#include "test_places.h"

namespace axllama {
namespace {

TEST(LlamaRuntime, finds_a_cpu_backend_without_being_told_where) {
  ASSERT_TRUE(start_llama());
  EXPECT_NE(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU), nullptr);
  EXPECT_TRUE(start_llama());
}

// In a process of its own, as the backends are loaded once.
TEST(LlamaRuntimeDeathTest, tells_where_it_searched_when_there_is_no_backend) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("AXLLAMA_LIB_DIR", "/no/such/folder", 1);
        const auto started = start_llama();
        std::fputs(started ? "started" : started.error().text().c_str(), stderr);
        std::exit(!started && started.error().code == ErrorCode::kUnavailable ? 0 : 1);
      },
      testing::ExitedWithCode(0), "no CPU backend.*/no/such/folder.*AXLLAMA_LIB_DIR");
}

TEST(LlamaRuntimeDeathTest, takes_the_backend_from_the_folder_that_is_named) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        setenv("AXLLAMA_LIB_DIR", llama_lib_dir().c_str(), 1);
        std::exit(start_llama() ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

Error error_of(const std::function<bool()>& load) {
  const auto done = guard_llama(ErrorCode::kCorrupt, "can't load it", load);
  EXPECT_FALSE(done);
  return done ? Error{} : done.error();
}

TEST(LlamaGuard, lets_what_works_pass) {
  EXPECT_TRUE(guard_llama(ErrorCode::kCorrupt, "can't load it", [] { return true; }));
}

TEST(LlamaGuard, a_failure_without_a_reason_says_so) {
  const Error error = error_of([] { return false; });
  EXPECT_EQ(error.code, ErrorCode::kCorrupt);
  EXPECT_EQ(error.message, "can't load it: libllama gives no reason");
}

TEST(LlamaGuard, an_exception_is_an_error) {
  const Error error = error_of([]() -> bool { throw std::runtime_error("no such key"); });
  EXPECT_EQ(error.message, "can't load it: no such key");
}

TEST(LlamaGuard, a_failed_assertion_is_an_error) {
  const Error error = error_of([] {
    GGML_ASSERT(2 * 2 == 5);
    return true;
  });
  EXPECT_NE(error.message.find("2 * 2 == 5"), std::string::npos) << error.message;
}

TEST(LlamaGuard, a_lack_of_memory_is_told_apart) {
  EXPECT_EQ(error_of([]() -> bool { throw std::bad_alloc(); }).code, ErrorCode::kNoMemory);
}

}  // namespace
}  // namespace axllama
