#include "base/host_memory.h"

#include <gtest/gtest.h>

namespace axllama {
namespace {

TEST(HostMemory, is_that_of_a_machine) {
  EXPECT_GT(host_memory(), 64ULL << 20);
  EXPECT_LT(host_memory(), 1ULL << 50);
}

}  // namespace
}  // namespace axllama
