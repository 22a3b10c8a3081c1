#include "standin/compute/cpu_backend.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace axllama::standin {
namespace {

TEST(CpuBackend, is_loaded_once) {
  const auto first = CpuBackend::get();
  ASSERT_TRUE(first) << first.error().text();
  const auto second = CpuBackend::get();
  ASSERT_TRUE(second);
  EXPECT_EQ(*first, *second);
  size_t devices = 0;
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    if (ggml_backend_dev_type(ggml_backend_dev_get(i)) == GGML_BACKEND_DEVICE_TYPE_CPU) ++devices;
  }
  EXPECT_EQ(devices, 1U);
}

TEST(CpuBackend, the_environment_sets_the_number_of_threads) {
  ::setenv("AXCL_STANDIN_THREADS", "1", 1);
  EXPECT_EQ(default_threads(), 1);
#ifndef __SANITIZE_THREAD__
  ::setenv("AXCL_STANDIN_THREADS", "3", 1);
  EXPECT_EQ(default_threads(), 3);
#endif
  ::setenv("AXCL_STANDIN_THREADS", "none", 1);
  EXPECT_GE(default_threads(), 1);
  ::unsetenv("AXCL_STANDIN_THREADS");
}

}  // namespace
}  // namespace axllama::standin
