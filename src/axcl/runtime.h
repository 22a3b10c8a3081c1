// The runtime in this process, and this thread's binding to one card.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "axcl/functions.h"
#include "base/result.h"

namespace axllama::axcl {

// axclInit at birth, axclFinalize at the end. One a process; it must outlive all that uses it.
class Runtime {
 public:
  static Result<std::unique_ptr<Runtime>> start(Library library);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const Functions& call() const { return library_.functions; }
  const std::string& path() const { return library_.path; }
  // Its version in full, "V3.6.5_20250908020603_ID"; empty when it tells none.
  std::string version() const;
  // Ids of the cards, as set_device wants them: PCIe bus numbers, not indices. Empty: no card.
  Result<std::vector<int32_t>> devices() const;

 private:
  explicit Runtime(Library library) : library_(std::move(library)) {}
  Library library_;
};

// Binds the calling thread to a card and starts its NPU engine; undone, in order, at the end. To be
// used and destroyed by the thread that opened it.
class Session {
 public:
  static Result<std::unique_ptr<Session>> open(const Runtime& runtime, int32_t device);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  int32_t device() const { return device_; }
  const Functions& call() const { return call_; }
  // Binds the thread again, after a call that may have unbound it.
  Result<void> bind() const;

 private:
  Session(const Functions& call, int32_t device) : call_(call), device_(device) {}
  const Functions& call_;
  int32_t device_;
  Context context_ = nullptr;
  bool selected_ = false;
  bool engine_ = false;
};

// What the card says of itself. Slow (about 1.5 s) and it disturbs the calling thread's binding:
// never between two tokens.
Result<DeviceProperties> properties_of(const Runtime& runtime, int32_t device);

// Loads the card's firmware anew: the way out for a wedged card. Every process that uses it loses
// its connection. Blocks for seconds. kUnsupported when the driver can't.
Result<void> reboot(const Runtime& runtime, int32_t device);

}  // namespace axllama::axcl
