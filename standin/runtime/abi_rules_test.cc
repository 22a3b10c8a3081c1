// The binding rules, each as the settings have it.
#include "standin/runtime/abi_fixture.h"

namespace axllama::standin {
namespace {

constexpr uint64_t kRowBytes = 2 * kRowElements;

TEST_F(ModelTest, unbound_input_reads_as_poison_or_refuses_the_run) {
  load();
  ASSERT_EQ(run(), 0);
  const std::string good = read(outputs[kHiddenOut], 2 * kHidden);
  axcl::Io partly = nullptr;
  ASSERT_EQ(api.axclrtEngineCreateIO(info, &partly), 0);
  io = partly;
  for (const uint32_t i : {kVCache, kIndices, kHiddenIn, kMask})
    ASSERT_EQ(bind_input(i, inputs[i]), 0);
  for (uint32_t i = 0; i < kOutputs; ++i) ASSERT_EQ(bind_output(i, outputs[i]), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_NE(read(outputs[kHiddenOut], 2 * kHidden), good);
  settings("bind_all = refuse");
  EXPECT_EQ(bits(run()), 0x8030070C);
}

TEST_F(ModelTest, larger_buffers_are_allowed_unless_exact_sizes_are_asked) {
  load();
  ASSERT_EQ(api.axclrtEngineSetInputBufferByIndex(io, kMask, inputs[kMask], 64), 0);
  EXPECT_EQ(run(), 0);
  EXPECT_FALSE(output_is_poison());
  settings("exact_sizes = nan");
  EXPECT_EQ(run(), 0);
  EXPECT_TRUE(output_is_poison());
  settings("exact_sizes = refuse");
  EXPECT_EQ(bits(run()), 0x8030070C);
}

TEST_F(ModelTest, one_io_handle_per_group_when_asked) {
  load();
  ASSERT_EQ(run(0), 0);
  bind_group(1);
  EXPECT_EQ(run(1), 0);
  settings("one_io_per_group = refuse");
  bind_group(0);
  EXPECT_EQ(bits(run(0)), 0x8030070C);
}

TEST_F(ModelTest, decode_rows_lie_in_their_cache_at_multiples_of_2_kb) {
  settings("profile = 3.6.5");
  load();
  ASSERT_EQ(bind_output(kKOut, inputs[kKCache] + kRowBytes), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_FALSE(output_is_poison());
  ASSERT_EQ(bind_output(kKOut, inputs[kKCache] + 512), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_TRUE(output_is_poison());
  settings("kv_row_alignment = refuse");
  EXPECT_EQ(bits(run()), 0x8030070C);
}

TEST_F(ModelTest, packed_tables_work_in_2_25_and_not_in_3_6_5) {
  settings("profile = 2.25");
  load();
  char* table = zeroed(8192);
  ASSERT_EQ(bind_input(kIndices, table + 4), 0);
  ASSERT_EQ(bind_input(kMask, table + 4096 + 10), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_FALSE(output_is_poison());
  settings("profile = 3.6.5");
  ASSERT_EQ(run(), 0);
  EXPECT_TRUE(output_is_poison());
  ASSERT_EQ(bind_input(kIndices, table + 2048), 0);
  ASSERT_EQ(bind_input(kMask, table + 4096), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_FALSE(output_is_poison());
}

TEST_F(ModelTest, chunk_rows_want_buffers_of_their_own_in_3_6_5) {
  settings("profile = 3.6.5");
  load();
  bind_group(1);
  ASSERT_EQ(run(1), 0);
  EXPECT_FALSE(output_is_poison());
  char* cache = zeroed(4 * kChunk * kRowBytes);
  ASSERT_EQ(bind_output(kKOut, cache + kChunk * kRowBytes, 1), 0);
  ASSERT_EQ(run(1), 0);
  EXPECT_TRUE(output_is_poison());
}

TEST_F(ModelTest, output_that_overlaps_an_input_is_garbage) {
  load();
  ASSERT_EQ(bind_output(kHiddenOut, inputs[kHiddenIn]), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_EQ(read(inputs[kHiddenIn], 2 * kHidden), std::string(2 * kHidden, '\xFF'));
  settings("alias = refuse");
  EXPECT_EQ(bits(run()), 0x8030070C);
}

TEST_F(ModelTest, strict_runs_what_keeps_every_rule) {
  settings("profile = strict");
  load();
  EXPECT_EQ(run(), 0);
  EXPECT_FALSE(output_is_poison());
  settings("profile = strict\nasync = 0");
  EXPECT_EQ(api.axclrtEngineExecuteAsync(model, context, 0, io, nullptr), 4);
}

}  // namespace
}  // namespace axllama::standin
