#include "standin/runtime/device_calls.h"

#include <fmt/format.h>

#include <cstring>

#include "standin/runtime/durations.h"
#include "standin/runtime/say.h"

namespace axllama::standin {
namespace {

constexpr Code kQueryFailed = code(Sub::kDevice, Err::kQuery);

std::shared_ptr<Card> find_card(const Call& call, int32_t device) {
  return call.session() ? call.session()->card(device) : nullptr;
}

void bind_device(const Call& call, int32_t device) {
  this_thread().session = call.session();
  this_thread().device = device;
}

std::shared_ptr<Context> new_context(const Call& call, const std::shared_ptr<Card>& card) {
  auto context = std::make_shared<Context>(card, call.runtime().timeline);
  call.session()->contexts.add(context);
  this_thread().context = context;
  return context;
}

// The card's implicit context goes to the thread that made the connection, or to all by setting.
void bind_implicit_context(const Call& call, const std::shared_ptr<Card>& card) {
  const std::scoped_lock lock(card->context_mutex);
  if (!card->default_context) {
    card->default_context = new_context(call, card);
  } else if (call.settings().implicit_context == ImplicitContext::kEvery) {
    this_thread().context = card->default_context;
  }
}

Code activate(const Call& call, const std::shared_ptr<Card>& card) {
  bool opened = false;
  if (const Code code = card->activate(call.death_rules(), opened); code != kOk) return code;
  if (opened || call.settings().implicit_context == ImplicitContext::kEvery) {
    bind_implicit_context(call, card);
  }
  bind_device(call, card->id());
  return kOk;
}

void deactivate_quietly(const Call& call, Card& card) {
  card.deactivate();
  if (call.settings().properties_unbind != Unbind::kNothing) this_thread().device = -1;
  if (call.settings().properties_unbind == Unbind::kContext) this_thread().context.reset();
}

void fill_properties(const Call& call, const Card& card, axcl::DeviceProperties& out) {
  const Settings& settings = call.settings();
  const CardUse use = card.ledger().use(card.index());
  std::strncpy(out.sw_version, ("Ax_Version " + settings.version).c_str(),
               sizeof out.sw_version - 1);
  out.uid = 0x6007080746220000 + static_cast<uint64_t>(card.id());
  out.pci_bus = static_cast<uint32_t>(card.id());
  out.temperature = card.ledger().temperature(card.index());
  out.total_mem = 968'356;
  out.free_mem = 816'844;
  out.total_cmm = static_cast<uint32_t>(use.total_bytes / 1024);
  out.free_cmm = static_cast<uint32_t>(use.free_bytes() / 1024);
}

}  // namespace

Code set_device(Call& call, int32_t device) {
  const auto card = find_card(call, device);
  if (!card) return kDeviceId;
  const Code done = activate(call, card);
  if (done == kOk) call.answered(nullptr, message_time(call.settings()));
  return done;
}

Code reset_device(Call& call, int32_t device) {
  const auto card = find_card(call, device);
  if (!card) return kDeviceId;
  const Code done = card->deactivate();
  if (done == kOk) this_thread().device = -1;
  return done;
}

Code get_device(Call& call, int32_t* device) {
  if (device == nullptr) return kDeviceNull;
  const ThreadBinding& thread = this_thread();
  const bool bound = call.session() && thread.session.lock() == call.session();
  *device = bound && thread.device >= 0 ? thread.device : kDeviceId;
  return *device >= 0 ? kOk : code(Sub::kDevice, Err::kNoActiveDevice);
}

Code get_device_count(Call& call, uint32_t* count) {
  if (count == nullptr) return kDeviceNull;
  *count = call.session() ? static_cast<uint32_t>(call.session()->cards().size()) : 0;
  return kOk;
}

Code get_device_list(Call& call, axcl::DeviceList* list) {
  if (list == nullptr) return kDeviceNull;
  list->num = 0;
  if (!call.session()) return kOk;
  for (const auto& card : call.session()->cards()) list->devices[list->num++] = card->id();
  return kOk;
}

Code synchronize_device(Call& call) {
  if (!call.session()) return kOk;
  Code result = kOk;
  for (const auto& stream : call.session()->streams.all()) {
    const Code done = stream->synchronize(-1, message_time(call.settings()));
    if (result == kOk) result = done;
  }
  return result;
}

Code get_device_properties(Call& call, int32_t device, axcl::DeviceProperties* out) {
  if (out == nullptr) return kDeviceNull;
  *out = {};
  const auto card = find_card(call, device);
  // The bus is asked before the card is, and a dead card has left it.
  if (!card) return kQueryFailed;
  if (card->ledger().state(card->index()).lost || call.settings().card_absent) return kQueryFailed;
  if (const Code done = activate(call, card); done != kOk) return done;
  const Code sent = call.send(*card);
  if (sent == kOk) {
    fill_properties(call, *card, *out);
    call.answered(nullptr, ns(call.settings().properties_ms * 1e-3));
  }
  deactivate_quietly(call, *card);
  return sent == kOk || !card->ledger().state(card->index()).lost ? sent : kQueryFailed;
}

Code reboot_device(Call& call, int32_t device) {
  const auto card = find_card(call, device);
  if (!card || call.settings().card_absent) return code(Sub::kDevice, Err::kReboot);
  card->ledger().reboot(card->index());
  call.answered(nullptr, ns(call.settings().reboot_ms * 1e-3));
  return kOk;
}

// Both structures belong to no public header; the bus's is known from the runtime's sources: four
// 32-bit numbers, domain, bus, slot and function.
Code get_device_bus_info(Call& call, int32_t device, void* out) {
  if (out == nullptr) return kDeviceNull;
  const auto card = find_card(call, device);
  if (!card || card->ledger().state(card->index()).lost) return kQueryFailed;
  const uint32_t info[4] = {0, static_cast<uint32_t>(device), 0, 0};
  std::memcpy(out, info, sizeof info);
  return kOk;
}

Code get_device_pid_info(Call& /*call*/, int32_t /*device*/, void* out) {
  if (out == nullptr) return kDeviceNull;
  say(LogLevel::kMisuse, "axclrtGetDevicePidInfo is not imitated");
  return code(Sub::kDevice, Err::kUnsupport);
}

Code create_context(Call& call, axcl::Context* context, int32_t device) {
  if (context == nullptr) return kContextNull;
  const auto card = find_card(call, device);
  if (!card) return kDeviceId;
  if (!card->active()) {
    if (const Code done = activate(call, card); done != kOk) return done;
  } else {
    bind_device(call, device);
  }
  *context = new_context(call, card).get();
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code destroy_context(Call& call, axcl::Context handle) {
  constexpr Code kFailed = code(Sub::kContext, Err::kContextDestroy);
  if (handle == nullptr) return kContextNull;
  const auto context = call.session() ? call.session()->contexts.find(handle) : nullptr;
  if (!context) return kFailed;
  {
    const std::scoped_lock lock(context->card()->context_mutex);
    if (context == context->card()->default_context) return kFailed;
  }
  for (const void* stream : context->take_streams()) {
    if (const auto gone = call.session()->streams.remove(stream)) gone->stop();
  }
  context->default_stream()->stop();
  call.session()->contexts.remove(handle);
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code set_current_context(Call& call, axcl::Context handle) {
  if (handle == nullptr) return kContextNull;
  const auto context = call.session() ? call.session()->contexts.find(handle) : nullptr;
  if (!context) return code(Sub::kContext, Err::kBindThread);
  this_thread().context = context;
  return kOk;
}

Code get_current_context(Call& call, axcl::Context* handle) {
  if (handle == nullptr) return kContextNull;
  const auto context = call.context();
  *handle = context.get();
  return context ? kOk : kNoContext;
}

const char* soc_name(Call& call) {
  const auto context = call.context();
  if (!context || call.send(*context->card()) != kOk) return "UNKNOWN";
  call.answered(nullptr, message_time(call.settings()));
  thread_local std::string name;
  name = call.settings().soc;
  return name.c_str();
}

}  // namespace axllama::standin
