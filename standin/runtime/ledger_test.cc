#include "standin/runtime/ledger.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace axllama::standin {
namespace {

constexpr int64_t kCards[] = {3};
constexpr DeathRules kRules = {};

class LedgerFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "axcl-ledger-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::unique_ptr<Ledger> open() const {
    auto ledger = Ledger::open(folder_ / "state", kCards, 1000, 100);
    EXPECT_TRUE(ledger);
    return std::move(*ledger);
  }
  // A child that does `what` with a ledger of its own and is then killed.
  template <class F>
  void in_killed_child(F what) const {
    const pid_t child = ::fork();
    if (child == 0) {
      what(*open());
      ::raise(SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
  }
  std::filesystem::path folder_;
};

TEST(Ledger, counts_what_is_taken_and_given) {
  const auto ledger = *Ledger::open("", kCards, 1000, 100);
  EXPECT_FALSE(ledger->take(0, 1));  // not attached
  ASSERT_TRUE(ledger->attach(0, kRules));
  EXPECT_TRUE(ledger->take(0, 900 * 1024));
  EXPECT_FALSE(ledger->take(0, 1));
  ledger->give(0, 1024);
  EXPECT_EQ(ledger->use(0).free_bytes(), 1024U);
  ledger->detach(0);
  EXPECT_EQ(ledger->use(0).used_bytes, 100U * 1024);
}

TEST_F(LedgerFileTest, processes_share_the_card) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->attach(0, kRules));
  ASSERT_TRUE(ledger->take(0, 4096));
  EXPECT_EQ(open()->use(0).used_bytes, 100U * 1024 + 4096);
}

TEST_F(LedgerFileTest, memory_of_a_killed_process_leaks_until_reboot) {
  const auto ledger = open();
  in_killed_child([](Ledger& own) {
    own.attach(0, kRules);
    own.take(0, 4096);
  });
  ledger->bury_dead(0, kRules);
  EXPECT_EQ(ledger->use(0).used_bytes, 100U * 1024 + 4096);
  EXPECT_FALSE(ledger->state(0).wedged);
  ledger->reboot(0);
  EXPECT_EQ(ledger->use(0).used_bytes, 100U * 1024);
  EXPECT_EQ(ledger->state(0).generation, 1U);
}

TEST_F(LedgerFileTest, memory_of_a_killed_process_comes_back_when_told) {
  const auto ledger = open();
  in_killed_child([](Ledger& own) {
    own.attach(0, kRules);
    own.take(0, 4096);
  });
  ledger->bury_dead(0, {.leak = false, .wedge = true});
  EXPECT_EQ(ledger->use(0).used_bytes, 100U * 1024);
}

TEST_F(LedgerFileTest, process_killed_in_a_run_wedges_the_card) {
  const auto ledger = open();
  in_killed_child([](Ledger& own) {
    own.attach(0, kRules);
    own.begin_run(0);
  });
  ledger->bury_dead(0, kRules);
  EXPECT_TRUE(ledger->state(0).wedged);
  ledger->reboot(0);
  EXPECT_FALSE(ledger->state(0).wedged);
}

TEST_F(LedgerFileTest, sixty_four_processes_have_room) {
  const auto ledger = open();
  std::vector<pid_t> children;
  int gate[2];
  ASSERT_EQ(::pipe(gate), 0);
  int failed = 0;
  for (size_t i = 0; i <= kMaxProcesses; ++i) {
    int answer[2];
    ASSERT_EQ(::pipe(answer), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(gate[1]);
      const char attached = open()->attach(0, kRules) ? 1 : 0;
      char wait = 0;
      if (::write(answer[1], &attached, 1) != 1) ::_exit(1);
      ::_exit(::read(gate[0], &wait, 1) == 0 ? 0 : 1);
    }
    children.push_back(child);
    char attached = 0;
    ASSERT_EQ(::read(answer[0], &attached, 1), 1);
    if (attached == 0) ++failed;
    ::close(answer[0]);
    ::close(answer[1]);
  }
  EXPECT_EQ(failed, 1);
  ::close(gate[1]);
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
}

TEST_F(LedgerFileTest, other_files_are_refused) {
  std::ofstream(folder_ / "state") << "something else";
  const auto ledger = Ledger::open(folder_ / "state", kCards, 1000, 100);
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace axllama::standin
