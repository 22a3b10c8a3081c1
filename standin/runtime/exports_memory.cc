// Card memory.
#include "standin/runtime/exports.h"
#include "standin/runtime/memory_calls.h"

namespace axllama::axcl {

extern "C" {

Code axclrtMalloc(void** device, size_t size, MallocPolicy policy) {
  AXCL_PERFORM(axclrtMalloc, Code, standin::allocate(call, device, size, policy));
}

Code axclrtMallocCached(void** device, size_t size, MallocPolicy policy) {
  AXCL_PERFORM(axclrtMallocCached, Code, standin::allocate(call, device, size, policy));
}

Code axclrtFree(void* device) {
  AXCL_PERFORM(axclrtFree, Code, standin::free_memory(call, device));
}

Code axclrtMemFlush(void* device, size_t size) {
  AXCL_PERFORM(axclrtMemFlush, Code, standin::check_base(call, device, size));
}

Code axclrtMemInvalidate(void* device, size_t size) {
  AXCL_PERFORM(axclrtMemInvalidate, Code, standin::check_base(call, device, size));
}

Code axclrtMallocHost(void** host, size_t size) {
  AXCL_PERFORM(axclrtMallocHost, Code, standin::malloc_host(host, size));
}

Code axclrtFreeHost(void* host) {
  AXCL_PERFORM(axclrtFreeHost, Code, standin::free_host(host));
}

Code axclrtMemset(void* device, uint8_t value, size_t count) {
  AXCL_PERFORM(axclrtMemset, Code, standin::memset_device(call, device, value, count));
}

Code axclrtMemcpy(void* to, const void* from, size_t count, CopyKind kind) {
  AXCL_PERFORM(axclrtMemcpy, Code, standin::copy(call, to, from, count, kind));
}

Code axclrtMemcmp(const void* a, const void* b, size_t count) {
  AXCL_PERFORM(axclrtMemcmp, Code, standin::compare(call, a, b, count));
}

Code axclrtMemsetAsync(void* device, uint8_t value, size_t count, Stream stream) {
  AXCL_PERFORM(axclrtMemsetAsync, Code, standin::memset_async(call, device, value, count, stream));
}

Code axclrtMemcpyAsync(void* to, const void* from, size_t count, CopyKind kind, Stream stream) {
  AXCL_PERFORM(axclrtMemcpyAsync, Code, standin::copy_async(call, to, from, count, kind, stream));
}

Code axclrtMemcmpAsync(const void* a, const void* b, size_t count, Stream stream) {
  AXCL_PERFORM(axclrtMemcmpAsync, Code, standin::compare_async(call, a, b, count, stream));
}

}  // extern "C"

}  // namespace axllama::axcl
