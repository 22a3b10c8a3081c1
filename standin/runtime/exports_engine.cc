// The engine: models and runs.
#include "standin/runtime/engine_calls.h"
#include "standin/runtime/exports.h"
#include "standin/runtime/usage_calls.h"

namespace axllama::axcl {

extern "C" {

Code axclrtEngineInit(VnpuKind kind) {
  AXCL_PERFORM(axclrtEngineInit, Code, standin::engine_init(call, kind));
}

Code axclrtEngineGetVNpuKind(VnpuKind* kind) {
  AXCL_PERFORM(axclrtEngineGetVNpuKind, Code, standin::engine_vnpu_kind(call, kind));
}

Code axclrtEngineFinalize() {
  AXCL_PERFORM(axclrtEngineFinalize, Code, standin::engine_finalize(call));
}

Code axclrtEngineLoadFromFile(const char* path, ModelId* model) {
  AXCL_PERFORM(axclrtEngineLoadFromFile, Code, standin::load_from_file(call, path, model));
}

Code axclrtEngineLoadFromMem(const void* device, uint64_t size, ModelId* model) {
  AXCL_PERFORM(axclrtEngineLoadFromMem, Code, standin::load_from_memory(call, device, size, model));
}

Code axclrtEngineUnload(ModelId model) {
  AXCL_PERFORM(axclrtEngineUnload, Code, standin::unload(call, model));
}

const char* axclrtEngineGetModelCompilerVersion(ModelId model) {
  AXCL_PERFORM(axclrtEngineGetModelCompilerVersion, const char*,
               standin::compiler_version(call, model));
}

Code axclrtEngineSetAffinity(ModelId model, EngineSet set) {
  AXCL_PERFORM(axclrtEngineSetAffinity, Code, standin::set_affinity(call, model, set));
}

Code axclrtEngineGetAffinity(ModelId model, EngineSet* set) {
  AXCL_PERFORM(axclrtEngineGetAffinity, Code, standin::get_affinity(call, model, set));
}

Code axclrtEngineSetContextAffinity(ModelId model, EngineContext context, EngineSet set) {
  AXCL_PERFORM(axclrtEngineSetContextAffinity, Code,
               standin::context_affinity(model, context, set > 0 && set <= 7));
}

Code axclrtEngineGetContextAffinity(ModelId model, EngineContext context, EngineSet* set) {
  AXCL_PERFORM(axclrtEngineGetContextAffinity, Code,
               standin::context_affinity(model, context, set != nullptr));
}

Code axclrtEngineGetUsageFromModelId(ModelId model, int64_t* sys_bytes, int64_t* cmm_bytes) {
  AXCL_PERFORM(axclrtEngineGetUsageFromModelId, Code,
               standin::usage(call, model, sys_bytes, cmm_bytes));
}

Code axclrtEngineGetModelTypeFromModelId(ModelId model, ModelKind* kind) {
  AXCL_PERFORM(axclrtEngineGetModelTypeFromModelId, Code, standin::model_kind(call, model, kind));
}

Code axclrtEngineCreateContext(ModelId model, EngineContext* context) {
  AXCL_PERFORM(axclrtEngineCreateContext, Code,
               standin::create_engine_context(call, model, context));
}

Code axclrtEngineExecute(ModelId model, EngineContext context, uint32_t group, Io io) {
  AXCL_PERFORM(axclrtEngineExecute, Code, standin::execute(call, model, context, group, io));
}

Code axclrtEngineExecuteAsync(ModelId model, EngineContext context, uint32_t group, Io io,
                              Stream stream) {
  AXCL_PERFORM(axclrtEngineExecuteAsync, Code,
               standin::execute_async(call, model, context, group, io, stream));
}

Code axclrtEngineGetUsage(const char* path, int64_t* sys_bytes, int64_t* cmm_bytes) {
  AXCL_PERFORM(axclrtEngineGetUsage, Code,
               standin::usage_of_file(call, path, sys_bytes, cmm_bytes));
}

Code axclrtEngineGetUsageFromMem(const void* model, uint64_t size, int64_t* sys_bytes,
                                 int64_t* cmm_bytes) {
  AXCL_PERFORM(axclrtEngineGetUsageFromMem, Code,
               standin::usage_of_memory(call, model, size, sys_bytes, cmm_bytes));
}

Code axclrtEngineGetModelType(const char* path, ModelKind* kind) {
  AXCL_PERFORM(axclrtEngineGetModelType, Code, standin::kind_of_file(call, path, kind));
}

Code axclrtEngineGetModelTypeFromMem(const void* model, uint64_t size, ModelKind* kind) {
  AXCL_PERFORM(axclrtEngineGetModelTypeFromMem, Code,
               standin::kind_of_memory(call, model, size, kind));
}

}  // extern "C"

}  // namespace axllama::axcl
