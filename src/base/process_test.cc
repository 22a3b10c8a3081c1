#include "base/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace axllama {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr seconds kDeadline(20);

// A shell that runs until its lifeline is cut, then exits 7.
constexpr const char* kUntilCut = "read x <&3; exit 7";

Child shell(const std::string& script, const std::vector<std::string>& extra_env = {}) {
  auto child = Child::spawn({"/bin/sh", "-c", script}, extra_env);
  if (!child) {
    ADD_FAILURE() << child.error().text();
    std::abort();
  }
  return std::move(*child);
}

// What a script writes to the file in $OUT.
std::string output_of(const std::string& script, std::vector<std::string> extra_env = {}) {
  const fs::path out = fs::temp_directory_path() / ("axllama-process-" + std::to_string(getpid()));
  extra_env.push_back("OUT=" + out.string());
  const auto status = shell("exec >\"$OUT\"; " + script, extra_env).wait(kDeadline);
  EXPECT_TRUE(status && status->code == 0 && status->signal == 0) << script;
  std::stringstream text;
  text << std::ifstream(out).rdbuf();
  fs::remove(out);
  return text.str();
}

bool exists(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

TEST(Process, exit_code_comes_back) {
  Child child = shell("exit 3");
  const auto status = child.wait(kDeadline);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 3);
  EXPECT_EQ(status->signal, 0);
  EXPECT_EQ(status->text(), "exit code 3");
}

TEST(Process, signal_that_ended_it_comes_back) {
  Child child = shell(kUntilCut);
  child.signal(SIGKILL);
  const auto status = child.wait(kDeadline);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->signal, SIGKILL);
  EXPECT_EQ(status->text(), "signal 9 (Killed)");
}

TEST(Process, answer_is_repeated_after_the_end) {
  Child child = shell("exit 3");
  ASSERT_TRUE(child.wait(kDeadline));
  EXPECT_EQ(child.poll()->code, 3);
  EXPECT_EQ(child.wait(milliseconds(0))->code, 3);
}

TEST(Process, running_child_gives_no_status_and_wait_times_out) {
  Child child = shell(kUntilCut);
  EXPECT_FALSE(child.poll());
  EXPECT_FALSE(child.wait(milliseconds(20)));
  EXPECT_FALSE(child.wait(milliseconds(-5)));
  EXPECT_TRUE(exists(child.pid()));
}

TEST(Process, longest_timeout_there_is_still_waits) {
  Child child = shell("exit 4");
  EXPECT_EQ(child.wait(milliseconds::max())->code, 4);
}

TEST(Process, child_sees_the_end_of_its_lifeline) {
  Child child = shell(kUntilCut);
  EXPECT_FALSE(child.poll());
  child.cut_lifeline();
  const auto status = child.wait(kDeadline);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 7);
}

TEST(Process, one_child_does_not_hold_the_lifeline_of_another) {
  Child first = shell(kUntilCut);
  const Child second = shell(kUntilCut);
  first.cut_lifeline();
  ASSERT_TRUE(first.wait(kDeadline));
}

TEST(Process, pidfd_becomes_readable_at_the_end) {
  Child child = shell("exit 0");
  pollfd entry = {.fd = child.pidfd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&entry, 1, 20'000), 1);
  EXPECT_TRUE(child.poll());
}

TEST(Process, no_descriptor_leaks_into_the_child) {
  // One without close-on-exec, far up, and one that stands where the lifeline will be.
  const Fd careless(::open("/dev/null", O_RDONLY));
  const Fd far(::fcntl(careless.get(), F_DUPFD, 200));
  ASSERT_TRUE(far);
  EXPECT_EQ(output_of("ls /proc/$$/fd; true"), "0\n1\n2\n3\n");
}

TEST(Process, standard_input_is_empty) {
  EXPECT_EQ(output_of("readlink /proc/$$/fd/0; read x || echo end"), "/dev/null\nend\n");
}

TEST(Process, lifeline_is_a_pipe) {
  EXPECT_THAT(output_of("readlink /proc/$$/fd/3"), HasSubstr("pipe:["));
}

TEST(Process, signals_are_neither_ignored_nor_blocked_in_the_child) {
  const auto old = ::signal(SIGPIPE, SIG_IGN);
  sigset_t block;
  sigset_t before;
  sigemptyset(&block);
  sigaddset(&block, SIGTERM);
  sigaddset(&block, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &block, &before);
  // `grep` is a child of the shell and shows what the shell was given.
  std::istringstream status(output_of("grep -E '^Sig(Blk|Ign)' /proc/self/status"));
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::signal(SIGPIPE, old);
  std::string blocked;
  std::string ignored;
  status >> blocked >> blocked >> ignored >> ignored;
  EXPECT_EQ(std::stoull(blocked, nullptr, 16), 0u);
  // The C library keeps signals 32 and 33 for itself and starts children with them ignored.
  EXPECT_EQ(std::stoull(ignored, nullptr, 16) & ~(3ULL << 31), 0u);
}

TEST(Process, extra_environment_goes_over_the_inherited_one) {
  ::setenv("AXLLAMA_TEST_KEPT", "kept", 1);
  ::setenv("AXLLAMA_TEST_CHANGED", "old", 1);
  const std::string text = output_of("env | grep ^AXLLAMA_TEST_ | sort",
                                     {"AXLLAMA_TEST_CHANGED=new", "AXLLAMA_TEST_MORE=a=b"});
  ::unsetenv("AXLLAMA_TEST_KEPT");
  ::unsetenv("AXLLAMA_TEST_CHANGED");
  EXPECT_EQ(text, "AXLLAMA_TEST_CHANGED=new\nAXLLAMA_TEST_KEPT=kept\nAXLLAMA_TEST_MORE=a=b\n");
}

TEST(Process, program_that_cannot_start_is_an_error) {
  const auto missing = Child::spawn({"/no/such/program"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(missing.error().message, "start /no/such/program: No such file or directory");
  const auto no_program = Child::spawn({"/etc/passwd"});
  ASSERT_FALSE(no_program);
  EXPECT_EQ(no_program.error().code, ErrorCode::kIo);
  EXPECT_EQ(Child::spawn({}).error().code, ErrorCode::kInvalidArgument);
}

TEST(Process, failed_start_leaves_no_child_behind) {
  EXPECT_FALSE(Child::spawn({"/no/such/program"}));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(Process, destructor_kills_and_reaps) {
  pid_t pid = 0;
  {
    const Child child = shell("trap '' TERM; while :; do read x <&3; done");
    pid = child.pid();
    EXPECT_TRUE(exists(pid));
  }
  EXPECT_FALSE(exists(pid));
}

TEST(Process, moved_child_lives_on_and_is_killed_once) {
  Child first = shell(kUntilCut);
  const pid_t pid = first.pid();
  {
    Child second(std::move(first));
    EXPECT_EQ(second.pid(), pid);
    EXPECT_TRUE(exists(pid));
  }
  EXPECT_FALSE(exists(pid));
}

TEST(Process, assignment_ends_the_child_it_replaces) {
  Child first = shell(kUntilCut);
  const pid_t replaced = first.pid();
  first = shell(kUntilCut);
  EXPECT_FALSE(exists(replaced));
  EXPECT_TRUE(exists(first.pid()));
}

TEST(Process, child_that_somebody_else_reaped_counts_as_ended) {
  Child child = shell("exit 0");
  ASSERT_EQ(::waitpid(child.pid(), nullptr, 0), child.pid());
  EXPECT_EQ(child.wait(kDeadline)->text(), "exit code -1");
}

TEST(ExitStatus, signal_without_a_name_is_still_told) {
  EXPECT_EQ((ExitStatus{.signal = 99}.text()), "signal 99 (unknown)");
  EXPECT_EQ((ExitStatus{.signal = SIGSEGV}.text()), "signal 11 (Segmentation fault)");
}

TEST(OwnPath, is_this_test) {
  const auto path = own_path();
  ASSERT_TRUE(path);
  EXPECT_EQ(path->filename(), "base_test");
  EXPECT_TRUE(fs::exists(*path));
}

}  // namespace
}  // namespace axllama
