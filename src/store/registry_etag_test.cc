#include "store/registry_etag.h"

#include <gtest/gtest.h>

#include "store/test_support.h"

namespace axllama::store {
namespace {

TEST(RegistryEtag, is_the_md5_of_the_parts_md5s) {
  const TempDir folder;
  const auto file = folder.path() / "x";
  write_text(file, "hello world");
  // (printf hello | md5sum; printf ' world' | md5sum), their bytes one behind the other, md5sum.
  EXPECT_EQ(parts_etag(file, {{0, 0, 5, 0}, {1, 5, 6, 0}}).value(),
            "a56979024342128ecebc884e3442121b-2");
}

TEST(RegistryEtag, a_file_that_is_too_short_is_an_error) {
  const TempDir folder;
  write_text(folder.path() / "x", "abc");
  EXPECT_FALSE(parts_etag(folder.path() / "x", {{0, 0, 5, 0}}));
  EXPECT_FALSE(parts_etag(folder.path() / "gone", {}));
}

}  // namespace
}  // namespace axllama::store
