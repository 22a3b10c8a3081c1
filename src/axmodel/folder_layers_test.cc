#include "axmodel/folder_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace axllama::axmodel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::vector<LayerFamily> families_of(std::vector<std::string> files) {
  return layer_families({"/m", 0, std::move(files), {}});
}

TEST(FolderLayers, families_are_told_by_prefix_and_suffix) {
  const auto families = families_of({"a_p128_l0_together.axmodel", "a_p128_l10_together.axmodel",
                                     "a_p256_l0_together.axmodel", "a_p128_l0.axmodel"});
  ASSERT_EQ(families.size(), 3u);
  EXPECT_EQ(families[1].prefix, "a_p128");
  EXPECT_EQ(families[1].suffix, "_together.axmodel");
  EXPECT_THAT(families[1].files, ElementsAre(Pair(0, "a_p128_l0_together.axmodel"),
                                             Pair(10, "a_p128_l10_together.axmodel")));
}

TEST(FolderLayers, onnx_spelling_belongs_to_the_same_family) {
  const auto families = families_of({"a_l0.axmodel", "a_l0.axmodel.onnx", "a_l1.axmodel.onnx"});
  ASSERT_EQ(families.size(), 1u);
  EXPECT_THAT(families[0].files,
              ElementsAre(Pair(0, "a_l0.axmodel"), Pair(1, "a_l1.axmodel.onnx")));
}

TEST(FolderLayers, other_files_are_none) {
  EXPECT_THAT(
      families_of({"a_post.axmodel", "a_l.axmodel", "a_lx_together.axmodel", "a_l-1.axmodel",
                   "a_l99999.axmodel", "a_l0_together.bin", "_vision.axmodel", ".axmodel"}),
      IsEmpty());
}

TEST(FolderLayers, whole_family_is_in_the_order_of_numbers) {
  const auto families = families_of({"a_l0.axmodel", "a_l1.axmodel", "a_l2.axmodel"});
  Findings findings;
  EXPECT_THAT(whole_family(families.at(0), findings),
              ElementsAre("/m/a_l0.axmodel", "/m/a_l1.axmodel", "/m/a_l2.axmodel"));
  EXPECT_THAT(findings.problems, IsEmpty());
}

TEST(FolderLayers, missing_ones_are_told_in_runs) {
  Findings findings;
  report_missing("/%d/a_l%d.axmodel", {0, 3, 4, 5}, "; why", findings);
  ASSERT_EQ(findings.problems.size(), 2u);
  EXPECT_EQ(findings.problems[0].message, "/%d/a_l0.axmodel is missing; why");
  EXPECT_EQ(findings.problems[1].message,
            "/%d/a_l3.axmodel to a_l5.axmodel are missing, 3 layer files; why");
}

}  // namespace
}  // namespace axllama::axmodel
