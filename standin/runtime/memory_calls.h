// Card memory: allocation and copies.
#pragma once

#include "axcl/abi.h"
#include "standin/runtime/call.h"

namespace axllama::standin {

Code allocate(Call& call, void** device, size_t bytes, axcl::MallocPolicy policy);
Code free_memory(Call& call, void* device);
// MemFlush and MemInvalidate: nothing to do, but only from an allocation's first byte.
Code check_base(Call& call, void* device, size_t bytes);
Code malloc_host(void** host, size_t bytes);
Code free_host(void* host);

Code memset_device(Call& call, void* device, uint8_t value, size_t count);
Code copy(Call& call, void* to, const void* from, size_t count, axcl::CopyKind kind);
// memcmp's value as the code.
Code compare(Call& call, const void* a, const void* b, size_t count);

Code memset_async(Call& call, void* device, uint8_t value, size_t count, axcl::Stream stream);
Code copy_async(Call& call, void* to, const void* from, size_t count, axcl::CopyKind kind,
                axcl::Stream stream);
Code compare_async(Call& call, const void* a, const void* b, size_t count, axcl::Stream stream);

// Takes memory for an allocation or a model by the ledger and the fault out_of_memory_at.
std::optional<uint64_t> take_address(const Call& call, Card& card, uint64_t bytes,
                                     uint64_t alignment);
bool take_memory(const Call& call, Card& card, uint64_t bytes);

}  // namespace axllama::standin
