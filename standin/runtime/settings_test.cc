#include "standin/runtime/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "standin/runtime/live_settings.h"
#include "test_places.h"

namespace axllama::standin {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Settings make(std::vector<KeyValue> values, std::vector<std::string>* complaints = nullptr) {
  std::vector<std::string> said;
  Settings settings = make_settings(values, said);
  if (complaints != nullptr) {
    *complaints = said;
  } else {
    EXPECT_THAT(said, IsEmpty());
  }
  return settings;
}

TEST(Settings, every_fallback_is_of_its_own_type) {
  std::set<std::string> keys;
  for (const SettingRow& row : setting_table()) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key;
    make({{row.key, row.fallback}});
  }
}

TEST(Settings, default_profile_says_what_the_fallbacks_say) {
  for (const auto& [key, value] : profile_values("3.10.2")) {
    for (const SettingRow& row : setting_table()) {
      if (row.key == key) {
        EXPECT_EQ(row.fallback, value) << key;
      }
    }
  }
}

TEST(Settings, profile_sets_a_group_and_a_key_of_its_own_outranks_it) {
  EXPECT_EQ(make({{"profile", "strict"}}).alias, Rule::kRefuse);
  const Settings mixed = make({{"alias", "allow"}, {"profile", "strict"}});
  EXPECT_EQ(mixed.alias, Rule::kAllow);
  EXPECT_EQ(mixed.bind_all, Rule::kRefuse);
  EXPECT_FALSE(make({{"profile", "2.25"}}).async);
}

TEST(Settings, later_values_outrank_earlier_ones) {
  EXPECT_EQ(make({{"cards", "1"}, {"cards", "3,129"}}).cards, (std::vector<int64_t>{3, 129}));
}

TEST(Settings, unknown_key_wrong_type_and_unknown_profile_are_complained_about) {
  std::vector<std::string> complaints;
  const Settings settings = make(
      {{"card", "3"}, {"timing", "fast"}, {"message_us", "-1"}, {"profile", "9"}}, &complaints);
  EXPECT_EQ(settings.timing, TimingMode::kOff);
  EXPECT_EQ(settings.message_us, 130);
  ASSERT_EQ(complaints.size(), 4U);
  EXPECT_THAT(complaints[0], HasSubstr("no profile is called 9"));
  EXPECT_THAT(complaints[1], HasSubstr("no setting is called card"));
  EXPECT_THAT(complaints[2], HasSubstr("not a off, real or virtual"));
}

TEST(Settings, faults_are_read) {
  const Settings settings =
      make({{"bad_return", "axclrtFree:2:0x80300581,axclInit:1:-1"}, {"slow_load", "50ms"}});
  EXPECT_EQ(settings.bad_return,
            (std::vector<BadReturn>{{"axclrtFree", 2, 0x80300581}, {"axclInit", 1, -1}}));
  EXPECT_EQ(settings.slow_load, (SlowLoad{1, 50'000'000}));
  EXPECT_EQ(make({{"slow_load", "3x"}}).slow_load.factor, 3);
}

TEST(Control, lines_are_keys_and_values) {
  EXPECT_EQ(parse_control("a = b c\n# no\n\n  d=e\nf"),
            (std::vector<KeyValue>{{"a", "b c"}, {"d", "e"}, {"f", ""}}));
}

TEST(Environment, only_our_variables_count) {
  const char* environment[] = {"PATH=/bin", "AXCL_STANDIN_CARDS= 5 ",
                               "AXCL_STANDIN_STATE=", nullptr};
  EXPECT_EQ(parse_environment(environment), (std::vector<KeyValue>{{"cards", "5"}}));
}

TEST(Documentation, has_the_table_as_it_is) {
  std::ifstream file(source_path("/docs/standin.md"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const SettingRow& row : setting_table()) {
    const std::string fallback = *row.fallback == '\0' ? "" : "`" + std::string(row.fallback) + "`";
    const std::string line = "| `" + variable_name(row.key) + "` | " + type_name(row.field) +
                             " | " + fallback + " | " + row.help + " |";
    EXPECT_THAT(text, HasSubstr(line));
  }
  for (const auto& [key, value] : profile_values("strict")) {
    std::string line = "| `" + key + "` |";
    for (const char* profile : profile_names()) {
      for (const auto& [other, set] : profile_values(profile)) {
        if (other == key) line += " " + set + " |";
      }
    }
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace axllama::standin
