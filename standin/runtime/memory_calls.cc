#include "standin/runtime/memory_calls.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "standin/runtime/copies.h"
#include "standin/runtime/durations.h"
#include "standin/runtime/say.h"

namespace axllama::standin {
namespace {

using axcl::CopyKind;

uint64_t address_of(const void* pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

// The card that the thread's context means, asked; an error else.
Code ask(Call& call, std::shared_ptr<Card>& card) {
  const auto context = call.context();
  if (!context) return kNoContext;
  card = context->card();
  return call.send(*card);
}

bool over_limit(const Call& call, const Card& card, uint64_t bytes) {
  const int64_t limit = call.settings().out_of_memory_at;
  return limit > 0 && card.in_use() + bytes > static_cast<uint64_t>(limit);
}

std::shared_ptr<Stream> find_stream(const Call& call, axcl::Stream handle) {
  return call.session() ? call.session()->streams.find(handle) : nullptr;
}

Code submit_copy(Call& call, const Copy& copy, axcl::Stream handle) {
  if (handle == nullptr) return kStreamNull;
  const auto stream = find_stream(call, handle);
  if (!stream) return kStreamNull;
  if (const Code sent = call.send(*stream->card()); sent != kOk) return sent;
  auto prepared = prepare(*stream->card(), copy);
  if (!prepared) return prepared.error();
  count_copy(call.runtime().counters, copy);
  stream->submit(std::move(*prepared), work_time(call, copy));
  call.submitted();
  return kOk;
}

Code do_copy(Call& call, const Copy& copy) {
  std::shared_ptr<Card> card;
  if (const Code sent = ask(call, card); sent != kOk) return sent;
  const auto prepared = prepare(*card, copy);
  if (!prepared) return prepared.error();
  const Code done = (*prepared)();
  count_copy(call.runtime().counters, copy);
  const WorkTime time = work_time(call, copy);
  call.answered(time.lane, time.length);
  return done;
}

}  // namespace

std::optional<uint64_t> take_address(const Call& call, Card& card, uint64_t bytes,
                                     uint64_t alignment) {
  if (over_limit(call, card, bytes)) return std::nullopt;
  const auto address = card.allocate(bytes, alignment);
  call.runtime().counters.memory_in_use(card.in_use());
  return address;
}

bool take_memory(const Call& call, Card& card, uint64_t bytes) {
  if (over_limit(call, card, bytes) || !card.charge(bytes)) return false;
  call.runtime().counters.memory_in_use(card.in_use());
  return true;
}

Code allocate(Call& call, void** device, size_t bytes, axcl::MallocPolicy policy) {
  constexpr Code kNone = code(Sub::kMemory, Err::kNoMemory);
  if (device == nullptr) return kMemoryNull;
  std::shared_ptr<Card> card;
  if (const Code sent = ask(call, card); sent != kOk) return sent;
  call.answered(nullptr, message_time(call.settings()));
  // The card counts with 32 bits.
  if (bytes == 0 || bytes > UINT32_MAX) return kNone;
  uint64_t alignment = static_cast<uint64_t>(call.settings().address_alignment);
  if (policy == axcl::MallocPolicy::kAlign) alignment = std::max<uint64_t>(alignment, bytes);
  const auto address = take_address(call, *card, bytes, alignment);
  if (!address) return kNone;
  *device = reinterpret_cast<void*>(*address);  // NOLINT: a number to the host
  return kOk;
}

Code free_memory(Call& call, void* device) {
  if (device == nullptr) return kMemoryNull;
  std::shared_ptr<Card> card;
  if (const Code sent = ask(call, card); sent != kOk) return sent;
  if (!card->free(address_of(device))) return kNotDeviceMemory;
  call.runtime().counters.memory_in_use(card->in_use());
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code check_base(Call& call, void* device, size_t bytes) {
  if (device == nullptr) return kMemoryNull;
  std::shared_ptr<Card> card;
  if (const Code sent = ask(call, card); sent != kOk) return sent;
  const auto range = card->memory.find(address_of(device), bytes);
  if (!range || range->offset() != 0) return kNotDeviceMemory;
  call.answered(nullptr, message_time(call.settings()));
  return kOk;
}

Code malloc_host(void** host, size_t bytes) {
  if (host == nullptr) return kMemoryNull;
  *host = std::malloc(bytes);
  return kOk;
}

Code free_host(void* host) {
  std::free(host);
  return kOk;
}

Code memset_device(Call& call, void* device, uint8_t value, size_t count) {
  if (device == nullptr) return kMemoryNull;
  return do_copy(call, {CopyOp::kFill, device, nullptr, count, value});
}

Code copy(Call& call, void* to, const void* from, size_t count, CopyKind kind) {
  if (to == nullptr || from == nullptr) return kMemoryNull;
  if (kind == CopyKind::kHostToHost) {
    std::memcpy(to, from, count);
    return kOk;
  }
  if (!call.context()) return kNoContext;
  const auto op = copy_op(kind);
  if (!op) return code(Sub::kMemory, Err::kUnsupport);
  return do_copy(call, {*op, to, from, count});
}

Code compare(Call& call, const void* a, const void* b, size_t count) {
  if (a == nullptr || b == nullptr) return kMemoryNull;
  return do_copy(call, {CopyOp::kCompare, const_cast<void*>(a), b, count});
}

Code memset_async(Call& call, void* device, uint8_t value, size_t count, axcl::Stream stream) {
  if (device == nullptr) return kMemoryNull;
  return submit_copy(call, {CopyOp::kFill, device, nullptr, count, value}, stream);
}

Code copy_async(Call& call, void* to, const void* from, size_t count, CopyKind kind,
                axcl::Stream stream) {
  if (kind == CopyKind::kHostToHost) return kPlainUnsupported;
  if (to == nullptr || from == nullptr) return kMemoryNull;
  const auto op = copy_op(kind);
  if (!op) return code(Sub::kMemory, Err::kUnsupport);
  return submit_copy(call, {*op, to, from, count}, stream);
}

Code compare_async(Call& call, const void* a, const void* b, size_t count, axcl::Stream stream) {
  if (a == nullptr || b == nullptr) return kMemoryNull;
  return submit_copy(call, {CopyOp::kCompare, const_cast<void*>(a), b, count}, stream);
}

}  // namespace axllama::standin
