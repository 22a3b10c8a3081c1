// Where a model's inputs and outputs lie.
#include <fmt/format.h>

#include "standin/runtime/io_calls.h"
#include "standin/runtime/say.h"

namespace axllama::standin {
namespace {

Code find(Call& call, axcl::Io handle, std::shared_ptr<Io>& io) {
  if (handle == nullptr) return kEngineNull;
  io = call.runtime().ios.find(handle);
  if (io) return kOk;
  say(LogLevel::kMisuse, std::string(function_name(call.function())) + ": no such IO handle");
  return kEngineParam;
}

// The real one doesn't look at all. It would find out in the run, or never.
Code check_pointer(Call& call, const void* device, uint64_t bytes) {
  if (!call.settings().check_pointers) return kOk;
  const auto context = call.context();
  if (!context) return kOk;
  if (context->card()->memory.find(reinterpret_cast<uint64_t>(device), bytes)) return kOk;
  say(LogLevel::kMisuse,
      fmt::format("{}: {:#x} is no card memory of {} bytes", function_name(call.function()),
                  reinterpret_cast<uint64_t>(device), bytes));
  return kNotDeviceMemory;
}

bool set(Io& io, Side side, uint32_t index, BoundBuffer buffer) {
  return side == Side::kInput ? io.set_input(index, buffer) : io.set_output(index, buffer);
}

// What "by name" means: entry 0, as in the real runtime, which compares the name with itself.
Code index_of(Call& call, const Io& io, Side side, const char* name, uint32_t& index) {
  index = 0;
  if (call.settings().by_name_bug) return kOk;
  const auto found = io.index_of(side == Side::kInput, name);
  if (!found) return kEngineParam;
  index = *found;
  return kOk;
}

}  // namespace

Code create_io(Call& call, axcl::IoInfo handle, axcl::Io* io) {
  if (handle == nullptr || io == nullptr) return kEngineNull;
  const auto info = call.runtime().io_infos.find(handle);
  if (!info) return kEngineParam;
  *io = call.runtime().ios.add(std::make_shared<Io>(info->container));
  return kOk;
}

Code destroy_io(Call& call, axcl::Io handle) {
  std::shared_ptr<Io> io;
  if (const Code code = find(call, handle, io); code != kOk) return code;
  call.runtime().ios.remove(handle);
  return kOk;
}

Code set_buffer(Call& call, axcl::Io handle, Side side, uint32_t index, const void* device,
                uint64_t bytes) {
  if (handle == nullptr || device == nullptr) return kEngineNull;
  if (bytes == 0) return kEngineParam;
  std::shared_ptr<Io> io;
  if (const Code code = find(call, handle, io); code != kOk) return code;
  if (const Code code = check_pointer(call, device, bytes); code != kOk) return code;
  return set(*io, side, index, {reinterpret_cast<uint64_t>(device), bytes}) ? kOk : kEngineParam;
}

Code get_buffer(Call& call, axcl::Io handle, Side side, uint32_t index, void** device,
                uint64_t* bytes) {
  if (handle == nullptr || device == nullptr) return kEngineNull;
  if (bytes == nullptr) return kEngineParam;
  std::shared_ptr<Io> io;
  if (const Code code = find(call, handle, io); code != kOk) return code;
  const auto buffer = side == Side::kInput ? io->input(index) : io->output(index);
  if (!buffer) return kEngineParam;
  *device = reinterpret_cast<void*>(buffer->address);  // NOLINT: a number to the host
  *bytes = buffer->bytes;
  return kOk;
}

Code set_buffer_by_name(Call& call, axcl::Io handle, Side side, const char* name,
                        const void* device, uint64_t bytes) {
  if (handle == nullptr || name == nullptr || device == nullptr) return kEngineNull;
  std::shared_ptr<Io> io;
  if (const Code code = find(call, handle, io); code != kOk) return code;
  uint32_t index = 0;
  if (const Code code = index_of(call, *io, side, name, index); code != kOk) return code;
  return set_buffer(call, handle, side, index, device, bytes);
}

Code get_buffer_by_name(Call& call, axcl::Io handle, Side side, const char* name, void** device,
                        uint64_t* bytes) {
  if (handle == nullptr || name == nullptr || device == nullptr) return kEngineNull;
  std::shared_ptr<Io> io;
  if (const Code code = find(call, handle, io); code != kOk) return code;
  uint32_t index = 0;
  if (const Code code = index_of(call, *io, side, name, index); code != kOk) return code;
  return get_buffer(call, handle, side, index, device, bytes);
}

Code set_batch(Call& call, axcl::Io handle, uint32_t batch) {
  std::shared_ptr<Io> io;
  if (const Code code = find(call, handle, io); code != kOk) return code;
  io->set_batch(batch);
  return kOk;
}

}  // namespace axllama::standin
