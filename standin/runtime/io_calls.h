// What a model's inputs and outputs are, and where they lie. All but get_io_info stay on the host.
#pragma once

#include "axcl/abi.h"
#include "standin/runtime/call.h"

namespace axllama::standin {

enum class Side { kInput, kOutput };

Code get_io_info(Call& call, axcl::ModelId id, axcl::IoInfo* info);
Code destroy_io_info(Call& call, axcl::IoInfo info);
Code group_count(Call& call, axcl::IoInfo info, int32_t* count);

// Errors come back as counts and sizes too: 0x80300702 tensors, 0xffffffff80300702 bytes.
uint32_t tensor_count(Call& call, axcl::IoInfo info, Side side);
uint64_t tensor_bytes(Call& call, axcl::IoInfo info, Side side, uint32_t group, uint32_t index);
const char* tensor_name(Call& call, axcl::IoInfo info, Side side, uint32_t index);
int32_t tensor_index(Call& call, axcl::IoInfo info, Side side, const char* name);
Code tensor_dims(Call& call, axcl::IoInfo info, Side side, uint32_t group, uint32_t index,
                 axcl::Dims* dims);
Code tensor_type(Call& call, axcl::IoInfo info, Side side, uint32_t index, axcl::DataType* type);
Code tensor_layout(Call& call, axcl::IoInfo info, Side side, uint32_t index,
                   axcl::DataLayout* layout);

Code create_io(Call& call, axcl::IoInfo info, axcl::Io* io);
Code destroy_io(Call& call, axcl::Io io);
Code set_buffer(Call& call, axcl::Io io, Side side, uint32_t index, const void* device,
                uint64_t bytes);
Code get_buffer(Call& call, axcl::Io io, Side side, uint32_t index, void** device, uint64_t* bytes);
Code set_buffer_by_name(Call& call, axcl::Io io, Side side, const char* name, const void* device,
                        uint64_t bytes);
Code get_buffer_by_name(Call& call, axcl::Io io, Side side, const char* name, void** device,
                        uint64_t* bytes);
Code set_batch(Call& call, axcl::Io io, uint32_t batch);

}  // namespace axllama::standin
