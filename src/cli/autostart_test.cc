#include "cli/autostart.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "base/fd.h"

namespace axllama::cli {
namespace {

TEST(Autostart, a_server_on_this_machine_may_be_started) {
  EXPECT_FALSE(refuse_autostart({parse_host("127.0.0.1:11434"), {}}));
  EXPECT_FALSE(refuse_autostart({parse_host("localhost"), {}}));
}

TEST(Autostart, another_machine_is_left_alone) {
  EXPECT_EQ(refuse_autostart({parse_host("192.0.2.1:11434"), {}})->message,
            "could not connect to axllama server at 192.0.2.1:11434, run 'axllama serve' to start "
            "it");
}

TEST(Autostart, an_installed_service_is_to_be_started_instead) {
  const auto error = refuse_autostart({parse_host(""), "/etc/systemd/system/axllama.service"});
  ASSERT_TRUE(error);
  EXPECT_NE(error->message.find("/etc/systemd/system/axllama.service"), std::string::npos);
  EXPECT_NE(error->hint.find("systemctl start axllama"), std::string::npos);
}

TEST(Autostart, the_first_unit_file_counts) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(testing::TempDir()) / "autostart_units";
  ASSERT_TRUE(write_file_atomically(root / "b" / "axllama.service", "[Unit]\n"));
  const std::array<fs::path, 2> folders = {root / "a", root / "b"};
  EXPECT_EQ(installed_unit(folders), root / "b" / "axllama.service");
  EXPECT_FALSE(installed_unit(std::span(folders).first(1)));
  fs::remove_all(root);
}

TEST(Autostart, the_log_lies_in_the_state_folder) {
  setenv("HOME", "/home/x", 1);
  unsetenv("XDG_STATE_HOME");
  EXPECT_EQ(background_log_path(), "/home/x/.local/state/axllama/serve.log");
  setenv("XDG_STATE_HOME", "/state", 1);
  EXPECT_EQ(background_log_path(), "/state/axllama/serve.log");
  unsetenv("XDG_STATE_HOME");
}

}  // namespace
}  // namespace axllama::cli
