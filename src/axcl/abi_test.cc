// The layouts and values of the vendor's headers, from which nothing may part: programs that were
// built with those headers run on the stand-in, and our calls reach the vendor's library.
#include "axcl/abi.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace axllama::axcl {
namespace {

template <class Enum>
constexpr int32_t number(Enum value) {
  static_assert(sizeof(Enum) == sizeof(int32_t));
  return static_cast<int32_t>(value);
}

static_assert(sizeof(Code) == 4 && sizeof(ModelId) == 8 && sizeof(EngineContext) == 8);
static_assert(sizeof(EngineSet) == 4 && sizeof(Context) == sizeof(void*));
static_assert(offsetof(Dims, count) == 0 && offsetof(Dims, dims) == 4 && sizeof(Dims) == 132);
static_assert(offsetof(DeviceList, num) == 0 && offsetof(DeviceList, devices) == 4);
static_assert(sizeof(DeviceList) == 1028);
static_assert(offsetof(DeviceProperties, sw_version) == 0);
static_assert(offsetof(DeviceProperties, uid) == 64);
static_assert(offsetof(DeviceProperties, pci_domain) == 72);
static_assert(offsetof(DeviceProperties, pci_bus) == 76);
static_assert(offsetof(DeviceProperties, pci_device) == 80);
static_assert(offsetof(DeviceProperties, temperature) == 84);
static_assert(offsetof(DeviceProperties, total_mem) == 88);
static_assert(offsetof(DeviceProperties, free_mem) == 92);
static_assert(offsetof(DeviceProperties, total_cmm) == 96);
static_assert(offsetof(DeviceProperties, free_cmm) == 100);
static_assert(offsetof(DeviceProperties, cpu_loading) == 104);
static_assert(offsetof(DeviceProperties, npu_loading) == 108);
static_assert(offsetof(DeviceProperties, reserved) == 112);
static_assert(sizeof(DeviceProperties) == 240);

static_assert(number(MallocPolicy::kHugeFirst) == 0 && number(MallocPolicy::kHugeOnly) == 1);
static_assert(number(MallocPolicy::kNormalOnly) == 2 && number(MallocPolicy::kAlign) == 3);
static_assert(number(CopyKind::kHostToHost) == 0 && number(CopyKind::kHostToDevice) == 1);
static_assert(number(CopyKind::kDeviceToHost) == 2 && number(CopyKind::kDeviceToDevice) == 3);
static_assert(number(CopyKind::kHostPhysicalToDevice) == 4);
static_assert(number(CopyKind::kDeviceToHostPhysical) == 5);
static_assert(number(VnpuKind::kDisable) == 0 && number(VnpuKind::kEnable) == 1);
static_assert(number(VnpuKind::kBigLittle) == 2 && number(VnpuKind::kLittleBig) == 3);
static_assert(number(ModelKind::k1Core) == 0 && number(ModelKind::k2Core) == 1);
static_assert(number(ModelKind::k3Core) == 2);
static_assert(number(DataLayout::kNone) == 0 && number(DataLayout::kNhwc) == 1);
static_assert(number(DataLayout::kNchw) == 2);
static_assert(number(DataType::kNone) == 0 && number(DataType::kInt4) == 1);
static_assert(number(DataType::kUint4) == 2 && number(DataType::kInt8) == 3);
static_assert(number(DataType::kUint8) == 4 && number(DataType::kInt16) == 5);
static_assert(number(DataType::kUint16) == 6 && number(DataType::kInt32) == 7);
static_assert(number(DataType::kUint32) == 8 && number(DataType::kInt64) == 9);
static_assert(number(DataType::kUint64) == 10 && number(DataType::kFp4) == 11);
static_assert(number(DataType::kFp8) == 12 && number(DataType::kFp16) == 13);
static_assert(number(DataType::kBf16) == 14 && number(DataType::kFp32) == 15);
static_assert(number(DataType::kFp64) == 16);

TEST(Abi, the_table_has_the_96_public_functions_once_each) {
#define AXCL_NAME(name, result, parameters) #name,
  std::vector<std::string> names = {AXCL_PUBLIC_FUNCTIONS(AXCL_NAME)};
#undef AXCL_NAME
  EXPECT_EQ(names.size(), 96U);
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace axllama::axcl
