#include <gmock/gmock.h>

#include <fstream>

#include "standin/runtime/abi_fixture.h"

namespace axllama::standin {
namespace {

uint32_t free_kb(const axcl::Library& api) {
  axcl::DeviceProperties properties;
  EXPECT_EQ(api.axclrtGetDeviceProperties(3, &properties), 0);
  return properties.free_cmm;
}

TEST_F(ModelTest, model_describes_itself_by_group_and_index) {
  load();
  int32_t groups = 0;
  EXPECT_EQ(api.axclrtEngineGetShapeGroupsCount(info, &groups), 0);
  EXPECT_EQ(groups, 2);
  EXPECT_EQ(api.axclrtEngineGetNumInputs(info), 5U);
  EXPECT_EQ(api.axclrtEngineGetNumOutputs(info), 3U);
  EXPECT_STREQ(api.axclrtEngineGetInputNameByIndex(info, kMask), "mask");
  EXPECT_STREQ(api.axclrtEngineGetOutputNameByIndex(info, kHiddenOut), "output");
  EXPECT_EQ(api.axclrtEngineGetInputIndexByName(info, "indices"), 2);
  EXPECT_EQ(input_bytes(0, kMask), 10U);
  EXPECT_EQ(input_bytes(1, kMask), 64U);
  axcl::Dims dims;
  ASSERT_EQ(api.axclrtEngineGetOutputDims(info, 1, kKOut, &dims), 0);
  EXPECT_EQ(dims.count, 3);
  EXPECT_THAT(std::vector(dims.dims, dims.dims + 3), testing::ElementsAre(1, 4, 1024));
  axcl::DataType type = axcl::DataType::kNone;
  ASSERT_EQ(api.axclrtEngineGetInputDataType(info, kIndices, &type), 0);
  EXPECT_EQ(type, axcl::DataType::kUint32);
  ASSERT_EQ(api.axclrtEngineGetInputDataType(info, kMask, &type), 0);
  EXPECT_EQ(type, axcl::DataType::kBf16);
  EXPECT_STREQ(api.axclrtEngineGetModelCompilerVersion(model), "5.2");
}

TEST_F(ModelTest, errors_come_back_as_counts_and_sign_extended_sizes) {
  load();
  EXPECT_EQ(api.axclrtEngineGetNumInputs(nullptr), 0x80300702U);
  EXPECT_EQ(api.axclrtEngineGetInputSizeByIndex(nullptr, 0, 0), 0xffffffff80300702U);
  EXPECT_EQ(api.axclrtEngineGetInputSizeByIndex(info, 2, 0), 0xffffffff80300781U);
  EXPECT_EQ(api.axclrtEngineGetInputSizeByIndex(info, 0, 5), 0xffffffff80300781U);
  EXPECT_EQ(api.axclrtEngineGetInputNameByIndex(info, 5), nullptr);
  EXPECT_EQ(bits(api.axclrtEngineGetInputIndexByName(info, "none")), 0x80300703);
}

TEST_F(ModelTest, run_fills_its_outputs_by_its_inputs) {
  load();
  ASSERT_EQ(run(), 0);
  const std::string first = read(outputs[kHiddenOut], 2 * kHidden);
  ASSERT_EQ(run(), 0);
  EXPECT_EQ(read(outputs[kHiddenOut], 2 * kHidden), first);
  ASSERT_EQ(api.axclrtMemset(inputs[kHiddenIn], 0x3F, 2 * kHidden), 0);
  ASSERT_EQ(run(), 0);
  EXPECT_NE(read(outputs[kHiddenOut], 2 * kHidden), first);
}

TEST_F(ModelTest, by_name_always_means_entry_0) {
  load();
  char* buffer = allocate(16384);
  ASSERT_EQ(api.axclrtEngineSetInputBufferByName(io, "mask", buffer, 16384), 0);
  void* bound = nullptr;
  uint64_t bytes = 0;
  ASSERT_EQ(api.axclrtEngineGetInputBufferByIndex(io, 0, &bound, &bytes), 0);
  EXPECT_EQ(bound, buffer);
  ASSERT_EQ(api.axclrtEngineGetInputBufferByIndex(io, kMask, &bound, &bytes), 0);
  EXPECT_EQ(bound, inputs[kMask]);
  settings("by_name_bug = 0");
  ASSERT_EQ(api.axclrtEngineSetInputBufferByName(io, "mask", buffer, 16384), 0);
  ASSERT_EQ(api.axclrtEngineGetInputBufferByIndex(io, kMask, &bound, &bytes), 0);
  EXPECT_EQ(bound, buffer);
}

TEST_F(ModelTest, binding_wants_device_memory_that_long) {
  load();
  char host[16384];
  EXPECT_EQ(bits(api.axclrtEngineSetInputBufferByIndex(io, 0, host, 8192)), 0x80300581);
  EXPECT_EQ(bits(api.axclrtEngineSetInputBufferByIndex(io, 0, inputs[0] + 1, 8192)), 0x80300581);
  EXPECT_EQ(bits(api.axclrtEngineSetInputBufferByIndex(io, 0, nullptr, 8192)), 0x80300702);
  EXPECT_EQ(bits(api.axclrtEngineSetInputBufferByIndex(io, 0, inputs[0], 0)), 0x80300703);
  EXPECT_EQ(bits(api.axclrtEngineSetInputBufferByIndex(io, 9, inputs[0], 16)), 0x80300703);
}

TEST_F(ModelTest, unchecked_pointers_fail_in_the_run) {
  settings("check_pointers = 0");
  load();
  char host[16384];
  EXPECT_EQ(api.axclrtEngineSetInputBufferByIndex(io, 0, host, 8192), 0);
  EXPECT_EQ(bits(run()), 0x8030070C);
}

TEST_F(ModelTest, freed_buffer_and_short_buffer_fail_in_the_run) {
  load();
  ASSERT_EQ(api.axclrtEngineSetInputBufferByIndex(io, kMask, inputs[kMask], 8), 0);
  EXPECT_EQ(bits(run()), 0x8030070C);
  bind_new_input(kMask);
  ASSERT_EQ(run(), 0);
  ASSERT_EQ(api.axclrtFree(inputs[kMask]), 0);
  EXPECT_EQ(bits(run()), 0x8030070C);
}

TEST_F(ModelTest, loading_from_memory_wants_device_memory) {
  start();
  std::ifstream file(model_file(), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(bits(api.axclrtEngineLoadFromMem(bytes.data(), bytes.size(), &model)), 0x80300581);
  char* device = allocate(bytes.size());
  ASSERT_EQ(api.axclrtMemcpy(device, bytes.data(), bytes.size(), CopyKind::kHostToDevice), 0);
  ASSERT_EQ(api.axclrtEngineLoadFromMem(device, bytes.size(), &model), 0);
  // The model is a copy: the program may free what it came from.
  ASSERT_EQ(api.axclrtFree(device), 0);
  EXPECT_EQ(api.axclrtEngineGetIOInfo(model, &info), 0);
}

TEST_F(ModelTest, load_charges_the_weights_and_needs_twice_the_file_meanwhile) {
  constexpr uint64_t kGiB = uint64_t{1} << 30;
  start();
  const uint32_t before = free_kb(api);
  ASSERT_EQ(api.axclrtEngineLoadFromFile(model_file(kGiB).c_str(), &model), 0);
  EXPECT_EQ(free_kb(api), before - kGiB / 1024);
  EXPECT_TRUE(counted("\"memory_bytes\": " + std::to_string(kGiB)));
  EXPECT_FALSE(counted("\"peak_memory_bytes\": " + std::to_string(kGiB) + ","));
  int64_t sys = -1;
  int64_t cmm = -1;
  ASSERT_EQ(api.axclrtEngineGetUsageFromModelId(model, &sys, &cmm), 0);
  EXPECT_EQ(sys, 0);
  EXPECT_EQ(cmm, static_cast<int64_t>(kGiB));
  ASSERT_EQ(api.axclrtEngineUnload(model), 0);
  EXPECT_EQ(free_kb(api), before);
  allocate(3 * kGiB);
  allocate(2 * kGiB);
  // One more fits, but not twice.
  EXPECT_EQ(bits(api.axclrtEngineLoadFromFile(model_file(kGiB).c_str(), &model)), 0x8030070C);
}

TEST_F(ModelTest, bad_files_have_codes) {
  start();
  EXPECT_EQ(bits(api.axclrtEngineLoadFromFile("/nowhere", &model)), 0x80300703);
  std::ofstream(folder() / "bad") << "no model at all";
  EXPECT_EQ(bits(api.axclrtEngineLoadFromFile((folder() / "bad").c_str(), &model)), 0x8030070C);
  EXPECT_EQ(bits(api.axclrtEngineLoadFromFile(nullptr, &model)), 0x80300702);
}

TEST_F(ModelTest, model_wants_the_engine_and_all_its_cores) {
  ASSERT_EQ(api.axclInit(nullptr), 0);
  ASSERT_EQ(api.axclrtSetDevice(3), 0);
  EXPECT_EQ(bits(api.axclrtEngineLoadFromFile(model_file().c_str(), &model)), 0x8030070C);
  ASSERT_EQ(api.axclrtEngineInit(axcl::VnpuKind::kEnable), 0);
  EXPECT_EQ(bits(api.axclrtEngineLoadFromFile(model_file().c_str(), &model)), 0x8030070C);
  EXPECT_EQ(bits(api.axclrtEngineInit(axcl::VnpuKind::kDisable)), 0x8030070C);
  ASSERT_EQ(api.axclrtEngineFinalize(), 0);
  ASSERT_EQ(api.axclrtEngineInit(axcl::VnpuKind::kDisable), 0);
  ASSERT_EQ(api.axclrtEngineInit(axcl::VnpuKind::kDisable), 0);
  axcl::VnpuKind kind = axcl::VnpuKind::kEnable;
  ASSERT_EQ(api.axclrtEngineGetVNpuKind(&kind), 0);
  EXPECT_EQ(kind, axcl::VnpuKind::kDisable);
  EXPECT_EQ(api.axclrtEngineLoadFromFile(model_file().c_str(), &model), 0);
}

TEST_F(ModelTest, context_affinity_is_not_supported_and_the_models_is) {
  load();
  axcl::EngineSet set = 0;
  EXPECT_EQ(api.axclrtEngineSetAffinity(model, 5), 0);
  EXPECT_EQ(api.axclrtEngineGetAffinity(model, &set), 0);
  EXPECT_EQ(set, 5U);
  EXPECT_EQ(bits(api.axclrtEngineSetAffinity(model, 8)), 0x80300703);
  EXPECT_EQ(bits(api.axclrtEngineSetContextAffinity(model, context, 1)), 0x80300704);
  EXPECT_EQ(bits(api.axclrtEngineGetContextAffinity(model, context, &set)), 0x80300704);
}

TEST_F(ModelTest, questions_about_files_load_and_unload) {
  start();
  int64_t sys = -1;
  int64_t cmm = -1;
  ASSERT_EQ(api.axclrtEngineGetUsage(model_file().c_str(), &sys, &cmm), 0);
  EXPECT_EQ(cmm, static_cast<int64_t>(kWeightBytes));
  axcl::ModelKind kind = axcl::ModelKind::k1Core;
  ASSERT_EQ(api.axclrtEngineGetModelType(model_file().c_str(), &kind), 0);
  EXPECT_EQ(kind, axcl::ModelKind::k3Core);
  EXPECT_EQ(bits(api.axclrtEngineGetUsage("/nowhere", &sys, &cmm)), 0x8030050C);
  EXPECT_TRUE(counted("\"memory_bytes\": 0,"));
}

TEST_F(ModelTest, unload_frees_its_contexts) {
  load();
  ASSERT_EQ(api.axclrtEngineUnload(model), 0);
  EXPECT_EQ(bits(run()), 0x8030070C);
  EXPECT_EQ(bits(api.axclrtEngineUnload(model)), 0x8030070C);
}

TEST_F(ModelTest, unknown_group_context_and_handle_are_refused) {
  load();
  EXPECT_EQ(bits(run(7)), 0x8030070C);
  EXPECT_EQ(bits(api.axclrtEngineExecute(model, 99, 0, io)), 0x8030070C);
  EXPECT_EQ(bits(api.axclrtEngineExecute(model, 0, 0, io)), 0x80300703);
  EXPECT_EQ(bits(api.axclrtEngineExecute(model, context, 0, nullptr)), 0x80300702);
  ASSERT_EQ(api.axclrtEngineDestroyIO(io), 0);
  EXPECT_EQ(bits(run()), 0x80300703);
}

TEST_F(ModelTest, handles_are_destroyed_after_finalize_without_harm) {
  load();
  ASSERT_EQ(api.axclFinalize(), 0);
  EXPECT_EQ(api.axclrtEngineDestroyIO(io), 0);
  EXPECT_EQ(api.axclrtEngineDestroyIOInfo(info), 0);
  EXPECT_EQ(bits(api.axclrtEngineDestroyIOInfo(info)), 0x80300703);
}

}  // namespace
}  // namespace axllama::standin
