// The C interface of libaxcl_rt.so, in our own words: types, values, codes, and one table of
// functions from which the loader, the stand-in and the tests come.
//
// Layouts and values are those of SDK 2.25 to 3.16. `int` codes: 0 is success, all others are
// built by axcl_code(). "Device pointer" means an address of the card, as a void* that the host
// can't dereference.
#pragma once

#include <cstddef>
#include <cstdint>

namespace axllama::axcl {

using Code = int32_t;
using Context = void*;
using Stream = void*;
using Event = void*;
using IoInfo = void*;
using Io = void*;
using ModelId = uint64_t;
using EngineContext = uint64_t;
using EngineSet = uint32_t;

enum class MallocPolicy : int32_t { kHugeFirst = 0, kHugeOnly = 1, kNormalOnly = 2, kAlign = 3 };
enum class CopyKind : int32_t {
  kHostToHost = 0,
  kHostToDevice = 1,
  kDeviceToHost = 2,
  kDeviceToDevice = 3,
  kHostPhysicalToDevice = 4,
  kDeviceToHostPhysical = 5,
};
enum class VnpuKind : int32_t { kDisable = 0, kEnable = 1, kBigLittle = 2, kLittleBig = 3 };
enum class ModelKind : int32_t { k1Core = 0, k2Core = 1, k3Core = 2 };
enum class DataLayout : int32_t { kNone = 0, kNhwc = 1, kNchw = 2 };
enum class DataType : int32_t {
  kNone = 0,
  kInt4 = 1,
  kUint4 = 2,
  kInt8 = 3,
  kUint8 = 4,
  kInt16 = 5,
  kUint16 = 6,
  kInt32 = 7,
  kUint32 = 8,
  kInt64 = 9,
  kUint64 = 10,
  kFp4 = 11,
  kFp8 = 12,
  kFp16 = 13,
  kBf16 = 14,
  kFp32 = 15,
  kFp64 = 16,
};

struct Dims {
  int32_t count;
  int32_t dims[32];
};
struct DeviceList {
  uint32_t num;
  int32_t devices[256];  // ids are PCIe bus numbers, not indices
};
struct DeviceProperties {
  char sw_version[64];
  uint64_t uid;
  uint32_t pci_domain;
  uint32_t pci_bus;
  uint32_t pci_device;
  int32_t temperature;  // of the junction, in 0.001 degrees C
  uint32_t total_mem;   // the card's Linux memory, KB
  uint32_t free_mem;
  uint32_t total_cmm;  // memory for models and buffers, KB
  uint32_t free_cmm;
  uint32_t cpu_loading;  // percent x 100
  uint32_t npu_loading;  // percent x 100
  uint32_t reserved[32];
};

// 0x80000000 | module << 24 | 0x30 << 16 | sub << 8 | error
enum class Module : uint32_t { kRuntime = 0, kNative = 1, kLite = 2 };
enum class Sub : uint32_t {
  kNone = 0,
  kDevice = 1,
  kContext = 2,
  kStream = 3,
  kTask = 4,
  kMemory = 5,
  kConfig = 6,
  kEngine = 7,
  kSyslog = 8,
  kSysctrl = 9,
  kLatency = 0xA,
  kP2p = 0xB,
  kUsrwork = 0xC,
};
enum class Err : uint32_t {
  kFail = 1,
  kNullPointer = 2,
  kIllegalParam = 3,
  kUnsupport = 4,
  kTimeout = 5,
  kBusy = 6,
  kNoMemory = 7,
  kEncode = 8,
  kDecode = 9,
  kUnexpectResponse = 0xA,
  kOpen = 0xB,
  kExecuteFail = 0xC,
  // of kDevice
  kQuery = 0x80,
  kNoConnect = 0x81,
  kProbe = 0x82,
  kNotActive = 0x83,
  kInvalidId = 0x84,
  kNoActiveDevice = 0x85,
  kPortAllocate = 0x86,
  kReboot = 0x87,
  kPortDestroy = 0x88,
  // of kContext
  kContextCreate = 0x81,
  kContextDestroy = 0x82,
  kBindThread = 0x83,
  kNoBindContext = 0x84,
  // of kEngine
  kInvalidIndex = 0x81,
  // of kMemory
  kNotDeviceMemory = 0x81,
};

constexpr Code code(Sub sub, Err err, Module module = Module::kRuntime) {
  return static_cast<Code>(0x80000000U | static_cast<uint32_t>(module) << 24 | 0x30U << 16 |
                           static_cast<uint32_t>(sub) << 8 | static_cast<uint32_t>(err));
}

// X(name, result, parameters) for each public function of V3.10.2.
// clang-format off
#define AXCL_PUBLIC_FUNCTIONS(X)                                                                   \
  X(axclInit, Code, (const char* json))                                                            \
  X(axclFinalize, Code, ())                                                                        \
  X(axclSetLogLevel, Code, (int32_t level))                                                        \
  X(axclAppLog, void, (int32_t level, const char* function, const char* file, uint32_t line,       \
                       const char* format, ...))                                                   \
  X(axclrtGetVersion, Code, (int32_t* major, int32_t* minor, int32_t* patch))                      \
  X(axclrtGetFullVersion, const char*, ())                                                         \
  X(axclrtGetSocName, const char*, ())                                                             \
  X(axclrtSetDevice, Code, (int32_t device))                                                       \
  X(axclrtResetDevice, Code, (int32_t device))                                                     \
  X(axclrtGetDevice, Code, (int32_t* device))                                                      \
  X(axclrtGetDeviceCount, Code, (uint32_t* count))                                                 \
  X(axclrtGetDeviceList, Code, (DeviceList* list))                                  \
  X(axclrtSynchronizeDevice, Code, ())                                                             \
  X(axclrtGetDeviceProperties, Code, (int32_t device, DeviceProperties* out))       \
  X(axclrtCreateContext, Code, (Context* context, int32_t device))                                 \
  X(axclrtDestroyContext, Code, (Context context))                                                 \
  X(axclrtSetCurrentContext, Code, (Context context))                                              \
  X(axclrtGetCurrentContext, Code, (Context* context))                                             \
  X(axclrtCreateStream, Code, (Stream* stream))                                                    \
  X(axclrtDestroyStream, Code, (Stream stream))                                                    \
  X(axclrtDestroyStreamForce, Code, (Stream stream))                                               \
  X(axclrtSynchronizeStream, Code, (Stream stream))                                                \
  X(axclrtSynchronizeStreamWithTimeout, Code, (Stream stream, int32_t milliseconds))               \
  X(axclrtCreateEvent, Code, (Event* event))                                                       \
  X(axclrtDestroyEvent, Code, (Event event))                                                       \
  X(axclrtRecordEvent, Code, (Event event, Stream stream))                                         \
  X(axclrtStreamWaitEvent, Code, (Stream stream, Event event))                                     \
  X(axclrtStreamWaitEventWithTimeout, Code, (Stream stream, Event event, int32_t milliseconds))    \
  X(axclrtMalloc, Code, (void** device, size_t size, MallocPolicy policy))                         \
  X(axclrtMallocCached, Code, (void** device, size_t size, MallocPolicy policy))                   \
  X(axclrtFree, Code, (void* device))                                                              \
  X(axclrtMemFlush, Code, (void* device, size_t size))                                             \
  X(axclrtMemInvalidate, Code, (void* device, size_t size))                                        \
  X(axclrtMallocHost, Code, (void** host, size_t size))                                            \
  X(axclrtFreeHost, Code, (void* host))                                                            \
  X(axclrtMemset, Code, (void* device, uint8_t value, size_t count))                               \
  X(axclrtMemcpy, Code, (void* to, const void* from, size_t count, CopyKind kind))                 \
  X(axclrtMemcmp, Code, (const void* a, const void* b, size_t count))                              \
  X(axclrtMemsetAsync, Code, (void* device, uint8_t value, size_t count, Stream stream))           \
  X(axclrtMemcpyAsync, Code, (void* to, const void* from, size_t count, CopyKind kind,             \
                              Stream stream))                                                      \
  X(axclrtMemcmpAsync, Code, (const void* a, const void* b, size_t count, Stream stream))          \
  X(axclrtEngineInit, Code, (VnpuKind kind))                                                       \
  X(axclrtEngineGetVNpuKind, Code, (VnpuKind* kind))                                               \
  X(axclrtEngineFinalize, Code, ())                                                                \
  X(axclrtEngineLoadFromFile, Code, (const char* path, ModelId* model))                            \
  X(axclrtEngineLoadFromMem, Code, (const void* device, uint64_t size, ModelId* model))            \
  X(axclrtEngineUnload, Code, (ModelId model))                                                     \
  X(axclrtEngineGetModelCompilerVersion, const char*, (ModelId model))                             \
  X(axclrtEngineSetAffinity, Code, (ModelId model, EngineSet set))                                 \
  X(axclrtEngineGetAffinity, Code, (ModelId model, EngineSet* set))                                \
  X(axclrtEngineSetContextAffinity, Code, (ModelId model, EngineContext context, EngineSet set))   \
  X(axclrtEngineGetContextAffinity, Code, (ModelId model, EngineContext context, EngineSet* set))  \
  X(axclrtEngineGetUsage, Code, (const char* path, int64_t* sys_bytes, int64_t* cmm_bytes))        \
  X(axclrtEngineGetUsageFromMem, Code, (const void* model, uint64_t size, int64_t* sys_bytes,      \
                                        int64_t* cmm_bytes))                                       \
  X(axclrtEngineGetUsageFromModelId, Code, (ModelId model, int64_t* sys_bytes,                     \
                                            int64_t* cmm_bytes))                                   \
  X(axclrtEngineGetModelType, Code, (const char* path, ModelKind* kind))                           \
  X(axclrtEngineGetModelTypeFromMem, Code, (const void* model, uint64_t size, ModelKind* kind))    \
  X(axclrtEngineGetModelTypeFromModelId, Code, (ModelId model, ModelKind* kind))                   \
  X(axclrtEngineGetIOInfo, Code, (ModelId model, IoInfo* info))                                    \
  X(axclrtEngineDestroyIOInfo, Code, (IoInfo info))                                                \
  X(axclrtEngineGetShapeGroupsCount, Code, (IoInfo info, int32_t* count))                          \
  X(axclrtEngineGetNumInputs, uint32_t, (IoInfo info))                                             \
  X(axclrtEngineGetNumOutputs, uint32_t, (IoInfo info))                                            \
  X(axclrtEngineGetInputSizeByIndex, uint64_t, (IoInfo info, uint32_t group, uint32_t index))      \
  X(axclrtEngineGetOutputSizeByIndex, uint64_t, (IoInfo info, uint32_t group, uint32_t index))     \
  X(axclrtEngineGetInputNameByIndex, const char*, (IoInfo info, uint32_t index))                   \
  X(axclrtEngineGetOutputNameByIndex, const char*, (IoInfo info, uint32_t index))                  \
  X(axclrtEngineGetInputIndexByName, int32_t, (IoInfo info, const char* name))                     \
  X(axclrtEngineGetOutputIndexByName, int32_t, (IoInfo info, const char* name))                    \
  X(axclrtEngineGetInputDims, Code, (IoInfo info, uint32_t group, uint32_t index,                  \
                                     Dims* dims))                                   \
  X(axclrtEngineGetInputDataType, Code, (IoInfo info, uint32_t index, DataType* type))             \
  X(axclrtEngineGetOutputDataType, Code, (IoInfo info, uint32_t index, DataType* type))            \
  X(axclrtEngineGetInputDataLayout, Code, (IoInfo info, uint32_t index, DataLayout* layout))       \
  X(axclrtEngineGetOutputDataLayout, Code, (IoInfo info, uint32_t index, DataLayout* layout))      \
  X(axclrtEngineGetOutputDims, Code, (IoInfo info, uint32_t group, uint32_t index,                 \
                                      Dims* dims))                                  \
  X(axclrtEngineCreateIO, Code, (IoInfo info, Io* io))                                             \
  X(axclrtEngineDestroyIO, Code, (Io io))                                                          \
  X(axclrtEngineSetInputBufferByIndex, Code, (Io io, uint32_t index, const void* device,           \
                                              uint64_t size))                                      \
  X(axclrtEngineSetOutputBufferByIndex, Code, (Io io, uint32_t index, const void* device,          \
                                               uint64_t size))                                     \
  X(axclrtEngineSetInputBufferByName, Code, (Io io, const char* name, const void* device,          \
                                             uint64_t size))                                       \
  X(axclrtEngineSetOutputBufferByName, Code, (Io io, const char* name, const void* device,         \
                                              uint64_t size))                                      \
  X(axclrtEngineGetInputBufferByIndex, Code, (Io io, uint32_t index, void** device,                \
                                              uint64_t* size))                                     \
  X(axclrtEngineGetOutputBufferByIndex, Code, (Io io, uint32_t index, void** device,               \
                                               uint64_t* size))                                    \
  X(axclrtEngineGetInputBufferByName, Code, (Io io, const char* name, void** device,               \
                                             uint64_t* size))                                      \
  X(axclrtEngineGetOutputBufferByName, Code, (Io io, const char* name, void** device,              \
                                              uint64_t* size))                                     \
  X(axclrtEngineSetDynamicBatchSize, Code, (Io io, uint32_t batch))                                \
  X(axclrtEngineCreateContext, Code, (ModelId model, EngineContext* context))                      \
  X(axclrtEngineExecute, Code, (ModelId model, EngineContext context, uint32_t group, Io io))      \
  X(axclrtEngineExecuteAsync, Code, (ModelId model, EngineContext context, uint32_t group, Io io,  \
                                     Stream stream))                                               \
  X(axclrtCreateP2PUnit, Code, (const void* info, void** unit))                                    \
  X(axclrtDestoryP2PUnit, Code, (void* unit))                                                      \
  X(axclrtTransferFile, Code, (const char* from, const char* to, int32_t policy))                  \
  X(axclrtExecWorker, Code, (const char* path, const int32_t* argc, const char** argv,             \
                             uint32_t* pid))                                                       \
  X(axclrtKillWorker, Code, (uint32_t pid))                                                        \
  X(axclrtWorkerSend, Code, (uint32_t pid, const void* data, size_t size))                         \
  X(axclrtWorkerRecv, Code, (uint32_t pid, void* data, size_t size))

// Exported by V3.10.2 and not in its public headers. Only RebootDevice has a known form.
#define AXCL_HIDDEN_FUNCTIONS(X)                                                                   \
  X(axclrtRebootDevice, Code, (int32_t device))                                                    \
  X(axclrtGetDeviceBusInfo, Code, (int32_t device, void* out))                                     \
  X(axclrtGetDevicePidInfo, Code, (int32_t device, void* out))                                     \
  X(axclrtControlExecuteShellCmd, Code, (int32_t device, const char* command))
// clang-format on

}  // namespace axllama::axcl
