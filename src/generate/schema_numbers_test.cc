#include "generate/schema_numbers.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(NumberRule, between_whole_bounds_fractions_are_allowed_but_at_the_end) {
  EXPECT_EQ(number_rule({.minimum = 0, .maximum = 1}),
            R"(("0") ("." [0-9]{1,15})? | "1" ("." "0"{1,3})?)");
}

TEST(NumberRule, an_excluded_minimum_needs_a_fraction) {
  EXPECT_EQ(number_rule({.minimum = 0, .maximum = 1, .above_minimum = true, .below_maximum = true}),
            R"("0" "." [0-9]{0,14} [1-9])");
}

TEST(NumberRule, there_may_be_none) {
  EXPECT_EQ(number_rule({.minimum = 2, .maximum = 1}), "");
  EXPECT_EQ(number_rule({.minimum = 2, .maximum = 2, .above_minimum = true}), "");
}

}  // namespace
}  // namespace axllama
