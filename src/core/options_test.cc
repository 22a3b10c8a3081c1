#include "core/options.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace axllama {
namespace {

// A value of each kind that is no option's default.
OptionValue unusual(OptionKind kind) {
  switch (kind) {
    case OptionKind::kInteger:
      return int64_t{4711};
    case OptionKind::kFloat:
      return 0.4711;
    case OptionKind::kBoolean:
      return false;
    case OptionKind::kStrings:
      return std::vector<std::string>{"END"};
  }
  return {};
}

TEST(Options, every_name_stands_in_the_table_once_with_help) {
  std::set<std::string> names;
  for (const OptionInfo& info : option_table()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_STRNE(info.help, "") << info.name;
    EXPECT_EQ(find_option(info.name), &info);
  }
}

TEST(Options, kind_of_every_option_is_the_type_of_its_member) {
  for (const OptionInfo& info : option_table()) {
    EXPECT_EQ(static_cast<size_t>(info.kind), info.member.index()) << info.name;
  }
}

TEST(Options, every_option_has_a_member_of_its_own) {
  std::set<size_t> changed;
  for (const OptionInfo& info : option_table()) {
    Options options;
    set_option(options, info.name, unusual(info.kind));
    EXPECT_NE(options, Options{}) << info.name;
    for (const OptionInfo& other : option_table()) {
      Options both = options;
      set_option(both, other.name, unusual(other.kind));
      EXPECT_EQ(both == options, &other == &info) << info.name << " " << other.name;
    }
  }
}

TEST(Options, what_needs_another_load_is_marked) {
  const std::set<std::string> reloading = {"num_ctx",  "num_batch",  "num_gpu",          "main_gpu",
                                           "use_mmap", "num_thread", "draft_num_predict"};
  for (const OptionInfo& info : option_table()) {
    EXPECT_EQ(info.reloads, reloading.contains(info.name)) << info.name;
  }
}

TEST(Options, defaults_are_those_of_ollama) {
  const Options options;
  EXPECT_EQ(options.temperature, 0.8);
  EXPECT_EQ(options.top_k, 40);
  EXPECT_EQ(options.top_p, 0.9);
  EXPECT_EQ(options.min_p, 0.0);
  EXPECT_EQ(options.repeat_last_n, 64);
  EXPECT_EQ(options.num_predict, -1);
  EXPECT_EQ(options.num_keep, 4);
  EXPECT_EQ(options.seed, -1);
  EXPECT_TRUE(options.stop.empty());
}

TEST(Options, later_of_two_values_counts) {
  Options options;
  apply_options(options, {{"temperature", 0.1}, {"num_ctx", int64_t{8}}, {"temperature", 0.2}});
  EXPECT_EQ(options.temperature, 0.2);
  EXPECT_EQ(options.num_ctx, 8);
  EXPECT_EQ(options.top_k, 40);
}

TEST(Options, stop_texts_are_replaced_as_a_whole) {
  Options options;
  options.stop = {"a", "b"};
  apply_options(options, {{"stop", std::vector<std::string>{"c"}}});
  EXPECT_EQ(options.stop, std::vector<std::string>{"c"});
}

TEST(Options, unknown_and_retired_names_are_no_options) {
  EXPECT_EQ(find_option("no_such_option"), nullptr);
  EXPECT_EQ(find_option("mirostat"), nullptr);
  EXPECT_TRUE(is_retired_option("mirostat"));
  EXPECT_FALSE(is_retired_option("no_such_option"));
  for (const OptionInfo& info : option_table()) EXPECT_FALSE(is_retired_option(info.name));
}

}  // namespace
}  // namespace axllama
