#include "standin/runtime/usage_calls.h"

#include "standin/runtime/engine_calls.h"

namespace axllama::standin {
namespace {

// Asks `question` (ModelId to Code) of a model that `load` (ModelId* to Code) loads for it.
template <class Load, class Question>
Code ask_loaded(Call& call, Load load, Question question) {
  axcl::ModelId id = 0;
  load(&id);
  if (id == 0) return code(Sub::kMemory, Err::kExecuteFail);
  const Code answer = question(id);
  unload(call, id);
  return answer;
}

}  // namespace

Code usage_of_file(Call& call, const char* path, int64_t* sys_bytes, int64_t* cmm_bytes) {
  if (path == nullptr || sys_bytes == nullptr || cmm_bytes == nullptr) return kEngineNull;
  return ask_loaded(
      call, [&](axcl::ModelId* id) { return load_from_file(call, path, id); },
      [&](axcl::ModelId id) { return usage(call, id, sys_bytes, cmm_bytes); });
}

Code usage_of_memory(Call& call, const void* device, uint64_t bytes, int64_t* sys_bytes,
                     int64_t* cmm_bytes) {
  if (device == nullptr || bytes == 0 || sys_bytes == nullptr || cmm_bytes == nullptr) {
    return kEngineParam;
  }
  return ask_loaded(
      call, [&](axcl::ModelId* id) { return load_from_memory(call, device, bytes, id); },
      [&](axcl::ModelId id) { return usage(call, id, sys_bytes, cmm_bytes); });
}

Code kind_of_file(Call& call, const char* path, axcl::ModelKind* kind) {
  if (path == nullptr || kind == nullptr) return kEngineNull;
  return ask_loaded(
      call, [&](axcl::ModelId* id) { return load_from_file(call, path, id); },
      [&](axcl::ModelId id) { return model_kind(call, id, kind); });
}

Code kind_of_memory(Call& call, const void* device, uint64_t bytes, axcl::ModelKind* kind) {
  if (device == nullptr || bytes == 0 || kind == nullptr) return kEngineParam;
  return ask_loaded(
      call, [&](axcl::ModelId* id) { return load_from_memory(call, device, bytes, id); },
      [&](axcl::ModelId id) { return model_kind(call, id, kind); });
}

}  // namespace axllama::standin
