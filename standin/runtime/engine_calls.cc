#include "standin/runtime/engine_calls.h"

#include "standin/runtime/durations.h"
#include "standin/runtime/model.h"

namespace axllama::standin {

Code ask_engine(Call& call, std::shared_ptr<Card>& card) {
  const auto context = call.context();
  if (!context) return kNoContext;
  if (const Code sent = call.send_to_engine(*context->card()); sent != kOk) return sent;
  card = context->card();
  return kOk;
}

Code find_model(Call& call, axcl::ModelId id, LoadedModel& found) {
  if (id == 0) return kEngineParam;
  std::shared_ptr<Card> card;
  if (const Code asked = ask_engine(call, card); asked != kOk) return asked;
  const std::scoped_lock lock(card->engine_mutex);
  const auto model = card->models.find(id);
  if (model == card->models.end()) return kEngineFailed;
  found = {card, model->second};
  return kOk;
}

Code engine_init(Call& call, axcl::VnpuKind kind) {
  std::shared_ptr<Card> card;
  if (const Code asked = ask_engine(call, card); asked != kOk) return asked;
  call.answered(nullptr, message_time(call.settings()));
  if (kind < axcl::VnpuKind::kDisable || kind > axcl::VnpuKind::kLittleBig) return kEngineFailed;
  const std::scoped_lock lock(card->engine_mutex);
  if (card->vnpu && *card->vnpu != kind) return kEngineFailed;
  card->vnpu = kind;
  return kOk;
}

Code engine_vnpu_kind(Call& call, axcl::VnpuKind* kind) {
  if (kind == nullptr) return kEngineNull;
  std::shared_ptr<Card> card;
  if (const Code asked = ask_engine(call, card); asked != kOk) return asked;
  call.answered(nullptr, message_time(call.settings()));
  const std::scoped_lock lock(card->engine_mutex);
  if (!card->vnpu) return kEngineFailed;
  *kind = *card->vnpu;
  return kOk;
}

Code engine_finalize(Call& call) {
  std::shared_ptr<Card> card;
  if (const Code asked = ask_engine(call, card); asked != kOk) return asked;
  call.answered(nullptr, message_time(call.settings()));
  const std::scoped_lock lock(card->engine_mutex);
  if (!card->vnpu) return kEngineFailed;
  card->vnpu.reset();
  return kOk;
}

const char* compiler_version(Call& call, axcl::ModelId id) {
  LoadedModel found;
  if (find_model(call, id, found) != kOk) return nullptr;
  call.answered(nullptr, message_time(call.settings()));
  thread_local std::string version;
  version = found.model->container->compiler_version;
  return version.c_str();
}

Code set_affinity(Call& call, axcl::ModelId id, axcl::EngineSet set) {
  if (id == 0 || set == 0 || set > 7) return kEngineParam;
  LoadedModel found;
  if (const Code code = find_model(call, id, found); code != kOk) return code;
  const std::scoped_lock lock(found.card->engine_mutex);
  found.model->affinity = set;
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code get_affinity(Call& call, axcl::ModelId id, axcl::EngineSet* set) {
  if (id == 0) return kEngineParam;
  if (set == nullptr) return kEngineNull;
  LoadedModel found;
  if (const Code code = find_model(call, id, found); code != kOk) return code;
  const std::scoped_lock lock(found.card->engine_mutex);
  *set = found.model->affinity;
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code context_affinity(axcl::ModelId id, axcl::EngineContext context, bool arguments_right) {
  if (id == 0 || context == 0 || !arguments_right) return kEngineParam;
  return code(Sub::kEngine, Err::kUnsupport);
}

Code usage(Call& call, axcl::ModelId id, int64_t* sys_bytes, int64_t* cmm_bytes) {
  if (sys_bytes == nullptr || cmm_bytes == nullptr) return kEngineNull;
  LoadedModel found;
  if (const Code code = find_model(call, id, found); code != kOk) return code;
  *sys_bytes = 0;
  *cmm_bytes = static_cast<int64_t>(found.model->charged);
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code model_kind(Call& call, axcl::ModelId id, axcl::ModelKind* kind) {
  if (id == 0) return kEngineParam;
  if (kind == nullptr) return kEngineNull;
  LoadedModel found;
  if (const Code code = find_model(call, id, found); code != kOk) return code;
  *kind = static_cast<axcl::ModelKind>(call.settings().model_kind);
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code create_engine_context(Call& call, axcl::ModelId id, axcl::EngineContext* context) {
  if (id == 0) return kEngineParam;
  if (context == nullptr) return kEngineNull;
  LoadedModel found;
  if (const Code code = find_model(call, id, found); code != kOk) return code;
  const std::scoped_lock lock(found.card->engine_mutex);
  *context = ++found.model->contexts;
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

}  // namespace axllama::standin
