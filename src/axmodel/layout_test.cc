#include "axmodel/layout.h"

#include <algorithm>

#include "axmodel/test_support.h"

namespace axllama::axmodel {
namespace {

// The file with its holes as zeros.
std::string filled(const Layout& layout) {
  std::string bytes(layout.file_bytes, '\0');
  for (const Layout::Piece& piece : layout.headers) {
    bytes.replace(piece.offset, piece.bytes.size(), piece.bytes);
  }
  return bytes;
}

TEST(Layout, headers_alone_are_a_whole_container) {
  for (const int64_t groups : {1, 4}) {
    const auto layout = lay_out(layer(groups));
    ASSERT_TRUE(layout);
    const auto container = parse(filled(*layout));
    ASSERT_TRUE(container) << container.error().text();
    EXPECT_EQ(container->groups.size(), static_cast<size_t>(groups));
  }
}

TEST(Layout, no_header_lies_in_a_weight_and_each_weight_is_aligned) {
  ContainerWriter writer = layer(1);
  for (int64_t i = 0; i < 130; ++i) writer.weights.push_back(hole("w" + std::to_string(i), i));
  const auto layout = lay_out(writer);
  ASSERT_TRUE(layout);
  const auto container = parse(filled(*layout));
  ASSERT_TRUE(container) << container.error().text();
  for (const Initializer& weight : container->initializers) {
    EXPECT_EQ(weight.offset % kWeightAlignment, 0u);
    EXPECT_TRUE(std::ranges::none_of(layout->headers, [&](const Layout::Piece& piece) {
      return piece.offset < weight.offset + weight.bytes &&
             weight.offset < piece.offset + piece.bytes.size();
    })) << weight.name;
  }
}

}  // namespace
}  // namespace axllama::axmodel
