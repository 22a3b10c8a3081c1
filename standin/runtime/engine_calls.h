// The NPU engine: models, contexts, runs.
#pragma once

#include "axcl/abi.h"
#include "standin/runtime/call.h"

namespace axllama::standin {

Code engine_init(Call& call, axcl::VnpuKind kind);
Code engine_vnpu_kind(Call& call, axcl::VnpuKind* kind);
Code engine_finalize(Call& call);

Code load_from_file(Call& call, const char* path, axcl::ModelId* id);
// `device` is card memory: the trap of this function.
Code load_from_memory(Call& call, const void* device, uint64_t bytes, axcl::ModelId* id);
Code unload(Call& call, axcl::ModelId id);

const char* compiler_version(Call& call, axcl::ModelId id);
Code set_affinity(Call& call, axcl::ModelId id, axcl::EngineSet set);
Code get_affinity(Call& call, axcl::ModelId id, axcl::EngineSet* set);
// Always unsupported once the arguments are right.
Code context_affinity(axcl::ModelId id, axcl::EngineContext context, bool arguments_right);
Code usage(Call& call, axcl::ModelId id, int64_t* sys_bytes, int64_t* cmm_bytes);
Code model_kind(Call& call, axcl::ModelId id, axcl::ModelKind* kind);

Code create_engine_context(Call& call, axcl::ModelId id, axcl::EngineContext* context);
Code execute(Call& call, axcl::ModelId id, axcl::EngineContext context, uint32_t group,
             axcl::Io io);
Code execute_async(Call& call, axcl::ModelId id, axcl::EngineContext context, uint32_t group,
                   axcl::Io io, axcl::Stream stream);

// The card and the model, asked. 0 or an error, then neither is set.
struct LoadedModel {
  std::shared_ptr<Card> card;
  std::shared_ptr<Model> model;
};
Code find_model(Call& call, axcl::ModelId id, LoadedModel& found);
// The card of the thread's context, asked as the engine is.
Code ask_engine(Call& call, std::shared_ptr<Card>& card);

}  // namespace axllama::standin
