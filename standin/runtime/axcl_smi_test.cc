// What programs read of axcl-smi, from a state file that a process of the stand-in wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <regex>

#include "standin/runtime/ledger.h"
#include "test_places.h"

namespace axllama::standin {
namespace {

using testing::HasSubstr;

class AxclSmi : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "axcl-smi-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    constexpr int64_t kCards[] = {3, 129};
    ledger_ = *Ledger::open(folder_ / "state", kCards, 7'208'960, 18'876);
    for (const size_t card : {0, 1}) ledger_->set_temperature(card, 51'234);
    ASSERT_TRUE(ledger_->attach(1, {}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  struct Answer {
    int code;
    std::string text;
  };
  Answer run(const std::string& arguments) const {
    const std::string command = "AXCL_STANDIN_STATE=" + (folder_ / "state").string() + " python3 " +
                                source_path("/standin/axcl-smi ") + arguments;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::string text;
    char buffer[256];
    while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
    return {WEXITSTATUS(::pclose(pipe)), text};
  }

  std::filesystem::path folder_;
  std::unique_ptr<Ledger> ledger_;
};

TEST_F(AxclSmi, remaining_memory_is_found_as_runners_look_for_it) {
  ASSERT_TRUE(ledger_->take(1, (uint64_t{1} << 30) + 4096));
  const Answer answer = run("-d 1 sh cat /proc/ax_proc/mem_cmm_info | grep 'total size'");
  std::smatch match;
  const std::regex pattern(R"(remain=(\d+)KB\((\d+)MB \+ (\d+)KB\))");
  ASSERT_TRUE(std::regex_search(answer.text, match, pattern)) << answer.text;
  EXPECT_EQ(match[1], std::to_string(7'208'960 - 18'876 - (1 << 20) - 4));
  EXPECT_EQ(std::stoi(match[2]) * 1024 + std::stoi(match[3]), std::stoi(match[1]));
  EXPECT_THAT(answer.text, HasSubstr("total size=7208960KB(7040MB),used="));
}

TEST_F(AxclSmi, other_card_is_untouched) {
  ASSERT_TRUE(ledger_->take(1, 1 << 20));
  EXPECT_THAT(run("-d 0 sh cat /proc/ax_proc/mem_cmm_info").text,
              HasSubstr("remain=7190084KB(7021MB + 580KB)"));
}

TEST_F(AxclSmi, info_names_id_temperature_and_memory) {
  const std::string text = run("info --temp --cmm -d 1").text;
  EXPECT_THAT(text, HasSubstr("129 (0x81)"));
  EXPECT_THAT(text, HasSubstr("51234"));
  EXPECT_THAT(text, HasSubstr("7208960 KiB"));
  EXPECT_THAT(run("info --mem --cpu --npu -d 0").text, HasSubstr("nputop info is empty!"));
}

TEST_F(AxclSmi, table_shows_cards_and_processes) {
  ASSERT_TRUE(ledger_->take(1, 2 << 20));
  const std::string text = run("").text;
  EXPECT_THAT(text, HasSubstr("stand-in"));
  EXPECT_THAT(text, HasSubstr("0000:81:00.0"));
  EXPECT_THAT(text, HasSubstr("18 MiB / 7040 MiB"));
  EXPECT_THAT(text, HasSubstr("2048 KiB"));
}

TEST_F(AxclSmi, reboot_gives_a_fresh_card) {
  ledger_->lose(1);
  EXPECT_EQ(run("-d 1 sh cat /proc/ax_proc/uid 2>&1").code, 1);
  EXPECT_EQ(run("reboot -d 1").code, 0);
  EXPECT_FALSE(ledger_->state(1).lost);
  EXPECT_EQ(ledger_->state(1).generation, 1U);
  EXPECT_EQ(run("-d 1 sh cat /proc/ax_proc/uid").code, 0);
}

TEST_F(AxclSmi, what_it_can_not_answer_it_says) {
  EXPECT_EQ(run("-d 9 info 2>&1").code, 1);
  EXPECT_EQ(run("-d 0 sh ls / 2>&1").code, 1);
  EXPECT_EQ(run("dance 2>&1").code, 2);
}

}  // namespace
}  // namespace axllama::standin
