// Questions about models that aren't loaded: the runtime loads them, asks, and unloads them.
#pragma once

#include "axcl/abi.h"
#include "standin/runtime/call.h"

namespace axllama::standin {

// 0x8030050c when the model can't be loaded, whatever the reason.
Code usage_of_file(Call& call, const char* path, int64_t* sys_bytes, int64_t* cmm_bytes);
Code usage_of_memory(Call& call, const void* device, uint64_t bytes, int64_t* sys_bytes,
                     int64_t* cmm_bytes);
Code kind_of_file(Call& call, const char* path, axcl::ModelKind* kind);
Code kind_of_memory(Call& call, const void* device, uint64_t bytes, axcl::ModelKind* kind);

}  // namespace axllama::standin
