#include "standin/compute/layer_spec.h"

#include <gtest/gtest.h>

namespace axllama::standin {
namespace {

TEST(LayerSpec, every_field_survives_writing_and_reading) {
  LayerSpec spec;
  spec.kind = Kind::kHead;
  spec.hidden = 64;
  spec.heads = 4;
  spec.kv_heads = 2;
  spec.head_dim = 16;
  spec.feed_forward = 128;
  spec.vocabulary = 151936;
  spec.top_k = 40;
  spec.norm_epsilon = 1e-5F;
  spec.rope_base = 1000000.0F;
  spec.rope_interleaved = true;
  const auto read = read_layer_spec(write_layer_spec(spec));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->kind, spec.kind);
  EXPECT_EQ(read->hidden, spec.hidden);
  EXPECT_EQ(read->heads, spec.heads);
  EXPECT_EQ(read->kv_heads, spec.kv_heads);
  EXPECT_EQ(read->head_dim, spec.head_dim);
  EXPECT_EQ(read->feed_forward, spec.feed_forward);
  EXPECT_EQ(read->vocabulary, spec.vocabulary);
  EXPECT_EQ(read->top_k, spec.top_k);
  EXPECT_EQ(read->norm_epsilon, spec.norm_epsilon);
  EXPECT_EQ(read->rope_base, spec.rope_base);
  EXPECT_EQ(read->rope_interleaved, spec.rope_interleaved);
}

TEST(LayerSpec, a_container_of_the_vendor_has_none) {
  const auto read = read_layer_spec({{"extra_data", "AAAA"}});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
}

TEST(LayerSpec, a_missing_number_keeps_its_default) {
  const auto read = read_layer_spec({{"axllama.standin", "layer"}});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->rope_base, LayerSpec{}.rope_base);
}

class BadSpec : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(BadSpec, is_corrupt_and_names_the_key) {
  auto metadata = write_layer_spec({});
  metadata[GetParam().first] = GetParam().second;
  const auto read = read_layer_spec(metadata);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(read.error().message.find(GetParam().first), std::string::npos) << read.error().message;
}

INSTANTIATE_TEST_SUITE_P(Each, BadSpec,
                         testing::Values(std::pair{"axllama.standin", "tail"},
                                         std::pair{"axllama.standin.hidden", "64 "},
                                         std::pair{"axllama.standin.hidden", "-1"},
                                         std::pair{"axllama.standin.heads", ""},
                                         std::pair{"axllama.standin.vocabulary", "99999999999"},
                                         std::pair{"axllama.standin.rope_base", "nan"},
                                         std::pair{"axllama.standin.rope_interleaved", "yes"}));

}  // namespace
}  // namespace axllama::standin
