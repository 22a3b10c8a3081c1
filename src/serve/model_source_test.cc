#include "serve/model_source.h"

#include <gtest/gtest.h>

namespace axllama::serve {
namespace {

TEST(ModelSource, local_is_no_part_of_the_name) {
  EXPECT_EQ(*local_name("qwen3:4b:local", kRemoteModel), "qwen3:4b");
  EXPECT_EQ(*local_name("qwen3:LOCAL", kRemoteModel), "qwen3");
}

TEST(ModelSource, other_names_stay) {
  for (const char* name : {"", "qwen3", "qwen3:4b", "local", "cloud", "my-cloud", "a:4b-clouds",
                           "host:80/my/x-cloud", "a:"}) {
    EXPECT_EQ(*local_name(name, kRemoteModel), name);
  }
}

TEST(ModelSource, the_cloud_is_disabled) {
  for (const char* name : {"qwen3:cloud", "qwen3:4b-cloud", "qwen3:4B-Cloud", "qwen3:4b:cloud"}) {
    const auto refused = local_name(name, kRemoteDetails);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::kForbidden);
    EXPECT_EQ(refused.error().message,
              "ollama cloud is disabled: remote model details are unavailable");
  }
}

TEST(ModelSource, both_are_refused) {
  for (const char* name : {"a:local:cloud", "a:cloud:local", "a:4b-cloud:local"}) {
    const auto refused = local_name(name, kRemoteModel);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.error().message,
              "use either :local or :cloud, not both: \"" + std::string(name) + "\"");
  }
}

}  // namespace
}  // namespace axllama::serve
