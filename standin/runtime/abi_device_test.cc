#include <gmock/gmock.h>

#include <thread>

#include "standin/runtime/abi_fixture.h"

namespace axllama::standin {
namespace {

TEST_F(AbiTest, nothing_works_before_init_and_says_so_as_the_real_one_does) {
  axcl::DeviceList list = {7, {}};
  EXPECT_EQ(api.axclrtGetDeviceList(&list), 0);
  EXPECT_EQ(list.num, 0U);
  int32_t device = 0;
  EXPECT_EQ(bits(api.axclrtSetDevice(3)), 0x80300184);
  EXPECT_EQ(bits(api.axclrtResetDevice(3)), 0x80300184);
  EXPECT_EQ(bits(api.axclrtGetDevice(&device)), 0x80300185);
  axcl::DeviceProperties properties;
  EXPECT_EQ(bits(api.axclrtGetDeviceProperties(3, &properties)), 0x80300180);
  void* memory = nullptr;
  EXPECT_EQ(bits(api.axclrtMalloc(&memory, 1, MallocPolicy::kHugeFirst)), 0x80300284);
  EXPECT_EQ(bits(api.axclrtEngineInit(axcl::VnpuKind::kDisable)), 0x80300284);
}

TEST_F(AbiTest, missing_driver_and_missing_card_have_their_codes) {
  settings("driver_absent = 1");
  EXPECT_EQ(bits(api.axclInit(nullptr)), 0x8030010B);
  settings("card_absent = 1");
  EXPECT_EQ(bits(api.axclInit(nullptr)), 0x80300181);
}

TEST_F(AbiTest, init_takes_null_an_empty_buffer_a_path_and_json) {
  std::unique_ptr<char[]> empty(new char[0]);
  for (const char* json : {static_cast<const char*>(nullptr), static_cast<const char*>(empty.get()),
                           "/etc/axcl.json", R"({"dma buf size": "0x100000"})"}) {
    EXPECT_EQ(api.axclInit(json), 0);
    EXPECT_EQ(api.axclFinalize(), 0);
  }
}

TEST_F(AbiTest, init_counts) {
  ASSERT_EQ(api.axclInit(nullptr), 0);
  ASSERT_EQ(api.axclInit(nullptr), 0);
  ASSERT_EQ(api.axclFinalize(), 0);
  EXPECT_EQ(api.axclrtSetDevice(3), 0);
  ASSERT_EQ(api.axclFinalize(), 0);
  EXPECT_EQ(bits(api.axclrtSetDevice(3)), 0x80300184);
}

TEST_F(AbiTest, device_ids_are_no_indices_and_come_in_order) {
  settings("cards = 129,3");
  ASSERT_EQ(api.axclInit(nullptr), 0);
  axcl::DeviceList list;
  ASSERT_EQ(api.axclrtGetDeviceList(&list), 0);
  ASSERT_EQ(list.num, 2U);
  EXPECT_EQ(list.devices[0], 3);
  EXPECT_EQ(list.devices[1], 129);
  uint32_t count = 0;
  EXPECT_EQ(api.axclrtGetDeviceCount(&count), 0);
  EXPECT_EQ(count, 2U);
  EXPECT_EQ(bits(api.axclrtSetDevice(0)), 0x80300184);
}

TEST_F(AbiTest, set_device_counts_and_reset_device_counts_back) {
  ASSERT_EQ(api.axclInit(nullptr), 0);
  ASSERT_EQ(api.axclrtSetDevice(3), 0);
  ASSERT_EQ(api.axclrtSetDevice(3), 0);
  char* memory = allocate(128);
  ASSERT_EQ(api.axclrtResetDevice(3), 0);
  EXPECT_EQ(api.axclrtMemset(memory, 0, 128), 0);
  ASSERT_EQ(api.axclrtResetDevice(3), 0);
  EXPECT_EQ(bits(api.axclrtMemset(memory, 0, 128)), 0x8030040C);
  EXPECT_EQ(bits(api.axclrtResetDevice(3)), 0x80300183);
}

TEST_F(AbiTest, only_the_first_thread_gets_the_implicit_context) {
  ASSERT_EQ(api.axclInit(nullptr), 0);
  ASSERT_EQ(api.axclrtSetDevice(3), 0);
  std::thread([this] {
    EXPECT_EQ(api.axclrtSetDevice(3), 0);
    void* memory = nullptr;
    EXPECT_EQ(bits(api.axclrtMalloc(&memory, 128, MallocPolicy::kHugeFirst)), 0x80300284);
  }).join();
  settings("implicit_context = every");
  std::thread([this] {
    EXPECT_EQ(api.axclrtSetDevice(3), 0);
    allocate(128);
  }).join();
}

TEST_F(AbiTest, memory_of_one_context_serves_in_another_of_the_device) {
  ASSERT_EQ(api.axclInit(nullptr), 0);
  ASSERT_EQ(api.axclrtSetDevice(3), 0);
  axcl::Context first = nullptr;
  ASSERT_EQ(api.axclrtGetCurrentContext(&first), 0);
  char* memory = allocate(128);
  std::thread([&] {
    axcl::Context own = nullptr;
    EXPECT_EQ(bits(api.axclrtGetCurrentContext(&own)), 0x80300284);
    ASSERT_EQ(api.axclrtCreateContext(&own, 3), 0);
    EXPECT_NE(own, first);
    EXPECT_EQ(api.axclrtMemset(memory, 1, 128), 0);
    EXPECT_EQ(api.axclrtDestroyContext(own), 0);
    EXPECT_EQ(bits(api.axclrtMemset(memory, 1, 128)), 0x80300284);
    EXPECT_EQ(bits(api.axclrtSetCurrentContext(own)), 0x80300283);
    EXPECT_EQ(api.axclrtSetCurrentContext(first), 0);
    EXPECT_EQ(api.axclrtMemset(memory, 1, 128), 0);
  }).join();
  EXPECT_EQ(bits(api.axclrtDestroyContext(first)), 0x80300282);
}

TEST_F(AbiTest, properties_tell_of_the_card_and_unbind_the_threads_device) {
  ASSERT_EQ(api.axclInit(nullptr), 0);
  ASSERT_EQ(api.axclrtSetDevice(3), 0);
  allocate(1 << 20);
  axcl::DeviceProperties properties;
  ASSERT_EQ(api.axclrtGetDeviceProperties(3, &properties), 0);
  EXPECT_EQ(properties.total_cmm, 7'208'960U);
  EXPECT_EQ(properties.free_cmm, 7'208'960U - 18'876U - 1024U);
  EXPECT_EQ(properties.temperature, 45'000);
  EXPECT_EQ(properties.pci_bus, 3U);
  int32_t device = 0;
  EXPECT_EQ(bits(api.axclrtGetDevice(&device)), 0x80300185);
  allocate(128);  // the context stays
  settings("properties_unbind = context");
  ASSERT_EQ(api.axclrtGetDeviceProperties(3, &properties), 0);
  void* memory = nullptr;
  EXPECT_EQ(bits(api.axclrtMalloc(&memory, 128, MallocPolicy::kHugeFirst)), 0x80300284);
}

TEST_F(AbiTest, version_follows_the_profile) {
  int32_t version[3] = {};
  ASSERT_EQ(api.axclrtGetVersion(&version[0], &version[1], &version[2]), 0);
  EXPECT_THAT(version, testing::ElementsAre(3, 10, 2));
  settings("profile = 2.25");
  EXPECT_STREQ(api.axclrtGetFullVersion(), "V2.25.0");
}

TEST_F(AbiTest, soc_name_asks_the_card) {
  EXPECT_STREQ(api.axclrtGetSocName(), "UNKNOWN");
  start();
  EXPECT_STREQ(api.axclrtGetSocName(), "AX650N");
}

TEST_F(AbiTest, null_pointers_are_told_by_the_group_of_the_function) {
  EXPECT_EQ(bits(api.axclrtGetDeviceList(nullptr)), 0x80300102);
  EXPECT_EQ(bits(api.axclrtCreateContext(nullptr, 3)), 0x80300202);
  EXPECT_EQ(bits(api.axclrtCreateStream(nullptr)), 0x80300302);
  EXPECT_EQ(bits(api.axclrtMalloc(nullptr, 1, MallocPolicy::kHugeFirst)), 0x80300502);
  EXPECT_EQ(bits(api.axclrtEngineGetVNpuKind(nullptr)), 0x80300702);
  EXPECT_EQ(api.axclrtGetVersion(nullptr, nullptr, nullptr), 2);
}

TEST_F(AbiTest, calls_after_finalize_are_errors_and_no_crash) {
  start();
  char* memory = allocate(128);
  ASSERT_EQ(api.axclFinalize(), 0);
  EXPECT_EQ(bits(api.axclrtFree(memory)), 0x80300284);
  EXPECT_EQ(bits(api.axclrtEngineUnload(1)), 0x80300284);
  EXPECT_EQ(bits(api.axclrtEngineFinalize()), 0x80300284);
  EXPECT_EQ(api.axclFinalize(), 0);
}

TEST_F(AbiTest, what_is_not_imitated_says_unsupported) {
  EXPECT_EQ(bits(api.axclrtCreateP2PUnit(nullptr, nullptr)), 0x80300B04);
  EXPECT_EQ(bits(api.axclrtKillWorker(1)), 0x80300C04);
  EXPECT_EQ(bits(api.axclrtControlExecuteShellCmd(3, "ls")), 0x80300904);
}

}  // namespace
}  // namespace axllama::standin
