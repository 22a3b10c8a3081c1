// A model's inputs and outputs.
#include "standin/runtime/exports.h"
#include "standin/runtime/io_calls.h"

namespace axllama::axcl {

extern "C" {

Code axclrtEngineGetIOInfo(ModelId model, IoInfo* info) {
  AXCL_PERFORM(axclrtEngineGetIOInfo, Code, standin::get_io_info(call, model, info));
}

Code axclrtEngineDestroyIOInfo(IoInfo info) {
  AXCL_PERFORM(axclrtEngineDestroyIOInfo, Code, standin::destroy_io_info(call, info));
}

Code axclrtEngineGetShapeGroupsCount(IoInfo info, int32_t* count) {
  AXCL_PERFORM(axclrtEngineGetShapeGroupsCount, Code, standin::group_count(call, info, count));
}

Code axclrtEngineCreateIO(IoInfo info, Io* io) {
  AXCL_PERFORM(axclrtEngineCreateIO, Code, standin::create_io(call, info, io));
}

Code axclrtEngineDestroyIO(Io io) {
  AXCL_PERFORM(axclrtEngineDestroyIO, Code, standin::destroy_io(call, io));
}

Code axclrtEngineSetDynamicBatchSize(Io io, uint32_t batch) {
  AXCL_PERFORM(axclrtEngineSetDynamicBatchSize, Code, standin::set_batch(call, io, batch));
}

uint32_t axclrtEngineGetNumInputs(IoInfo info) {
  AXCL_PERFORM(axclrtEngineGetNumInputs, uint32_t,
               standin::tensor_count(call, info, standin::Side::kInput));
}

uint64_t axclrtEngineGetInputSizeByIndex(IoInfo info, uint32_t group, uint32_t index) {
  AXCL_PERFORM(axclrtEngineGetInputSizeByIndex, uint64_t,
               standin::tensor_bytes(call, info, standin::Side::kInput, group, index));
}

const char* axclrtEngineGetInputNameByIndex(IoInfo info, uint32_t index) {
  AXCL_PERFORM(axclrtEngineGetInputNameByIndex, const char*,
               standin::tensor_name(call, info, standin::Side::kInput, index));
}

int32_t axclrtEngineGetInputIndexByName(IoInfo info, const char* name) {
  AXCL_PERFORM(axclrtEngineGetInputIndexByName, int32_t,
               standin::tensor_index(call, info, standin::Side::kInput, name));
}

Code axclrtEngineGetInputDims(IoInfo info, uint32_t group, uint32_t index, Dims* dims) {
  AXCL_PERFORM(axclrtEngineGetInputDims, Code,
               standin::tensor_dims(call, info, standin::Side::kInput, group, index, dims));
}

Code axclrtEngineGetInputDataType(IoInfo info, uint32_t index, DataType* type) {
  AXCL_PERFORM(axclrtEngineGetInputDataType, Code,
               standin::tensor_type(call, info, standin::Side::kInput, index, type));
}

Code axclrtEngineGetInputDataLayout(IoInfo info, uint32_t index, DataLayout* layout) {
  AXCL_PERFORM(axclrtEngineGetInputDataLayout, Code,
               standin::tensor_layout(call, info, standin::Side::kInput, index, layout));
}

Code axclrtEngineSetInputBufferByIndex(Io io, uint32_t index, const void* device, uint64_t size) {
  AXCL_PERFORM(axclrtEngineSetInputBufferByIndex, Code,
               standin::set_buffer(call, io, standin::Side::kInput, index, device, size));
}

Code axclrtEngineSetInputBufferByName(Io io, const char* name, const void* device, uint64_t size) {
  AXCL_PERFORM(axclrtEngineSetInputBufferByName, Code,
               standin::set_buffer_by_name(call, io, standin::Side::kInput, name, device, size));
}

Code axclrtEngineGetInputBufferByIndex(Io io, uint32_t index, void** device, uint64_t* size) {
  AXCL_PERFORM(axclrtEngineGetInputBufferByIndex, Code,
               standin::get_buffer(call, io, standin::Side::kInput, index, device, size));
}

Code axclrtEngineGetInputBufferByName(Io io, const char* name, void** device, uint64_t* size) {
  AXCL_PERFORM(axclrtEngineGetInputBufferByName, Code,
               standin::get_buffer_by_name(call, io, standin::Side::kInput, name, device, size));
}

uint32_t axclrtEngineGetNumOutputs(IoInfo info) {
  AXCL_PERFORM(axclrtEngineGetNumOutputs, uint32_t,
               standin::tensor_count(call, info, standin::Side::kOutput));
}

uint64_t axclrtEngineGetOutputSizeByIndex(IoInfo info, uint32_t group, uint32_t index) {
  AXCL_PERFORM(axclrtEngineGetOutputSizeByIndex, uint64_t,
               standin::tensor_bytes(call, info, standin::Side::kOutput, group, index));
}

const char* axclrtEngineGetOutputNameByIndex(IoInfo info, uint32_t index) {
  AXCL_PERFORM(axclrtEngineGetOutputNameByIndex, const char*,
               standin::tensor_name(call, info, standin::Side::kOutput, index));
}

int32_t axclrtEngineGetOutputIndexByName(IoInfo info, const char* name) {
  AXCL_PERFORM(axclrtEngineGetOutputIndexByName, int32_t,
               standin::tensor_index(call, info, standin::Side::kOutput, name));
}

Code axclrtEngineGetOutputDims(IoInfo info, uint32_t group, uint32_t index, Dims* dims) {
  AXCL_PERFORM(axclrtEngineGetOutputDims, Code,
               standin::tensor_dims(call, info, standin::Side::kOutput, group, index, dims));
}

Code axclrtEngineGetOutputDataType(IoInfo info, uint32_t index, DataType* type) {
  AXCL_PERFORM(axclrtEngineGetOutputDataType, Code,
               standin::tensor_type(call, info, standin::Side::kOutput, index, type));
}

Code axclrtEngineGetOutputDataLayout(IoInfo info, uint32_t index, DataLayout* layout) {
  AXCL_PERFORM(axclrtEngineGetOutputDataLayout, Code,
               standin::tensor_layout(call, info, standin::Side::kOutput, index, layout));
}

Code axclrtEngineSetOutputBufferByIndex(Io io, uint32_t index, const void* device, uint64_t size) {
  AXCL_PERFORM(axclrtEngineSetOutputBufferByIndex, Code,
               standin::set_buffer(call, io, standin::Side::kOutput, index, device, size));
}

Code axclrtEngineSetOutputBufferByName(Io io, const char* name, const void* device, uint64_t size) {
  AXCL_PERFORM(axclrtEngineSetOutputBufferByName, Code,
               standin::set_buffer_by_name(call, io, standin::Side::kOutput, name, device, size));
}

Code axclrtEngineGetOutputBufferByIndex(Io io, uint32_t index, void** device, uint64_t* size) {
  AXCL_PERFORM(axclrtEngineGetOutputBufferByIndex, Code,
               standin::get_buffer(call, io, standin::Side::kOutput, index, device, size));
}

Code axclrtEngineGetOutputBufferByName(Io io, const char* name, void** device, uint64_t* size) {
  AXCL_PERFORM(axclrtEngineGetOutputBufferByName, Code,
               standin::get_buffer_by_name(call, io, standin::Side::kOutput, name, device, size));
}

}  // extern "C"

}  // namespace axllama::axcl
