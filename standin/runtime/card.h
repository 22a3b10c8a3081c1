// One card as this process sees it.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "axcl/abi.h"
#include "standin/runtime/device_memory.h"
#include "standin/runtime/ledger.h"
#include "standin/runtime/timeline.h"

namespace axllama::standin {

struct Model;
class Context;

// Any thread may call. Shared by the contexts, streams and models that live on it.
class Card {
 public:
  // `ledger` is shared by all cards of the process.
  Card(size_t index, int32_t id, std::shared_ptr<Ledger> ledger);

  int32_t id() const { return id_; }
  size_t index() const { return index_; }
  Ledger& ledger() const { return *ledger_; }

  // SetDevice: counts, and connects the first time. 0, or PORT_ALLOCATE when the card is gone or
  // serves too many processes. `opened` tells whether it connected.
  axcl::Code activate(const DeathRules& rules, bool& opened);
  // ResetDevice: counts back; the last one lets everything on the card go. NOT_ACTIVE when nobody
  // counted.
  axcl::Code deactivate();
  // axclFinalize: as the last ResetDevice.
  void close();
  bool active() const;
  // Connected, and to the card as it was then: not rebooted since.
  bool connected(const CardState& state) const;

  // Card memory at an address of its own; nullopt when there is none.
  std::optional<uint64_t> allocate(uint64_t bytes, uint64_t alignment);
  bool free(uint64_t address);
  // Memory without an address, for models.
  bool charge(uint64_t bytes);
  void discharge(uint64_t bytes);
  uint64_t in_use() const;

  DeviceMemory memory;
  Lane npu;
  std::mutex run_mutex;  // runs of one process never overlap

  std::mutex engine_mutex;
  std::optional<axcl::VnpuKind> vnpu;                      // set between EngineInit and Finalize
  std::map<axcl::ModelId, std::shared_ptr<Model>> models;  // shared with runs in flight

  std::mutex context_mutex;
  std::shared_ptr<Context> default_context;  // shared with the threads it is bound to

 private:
  void let_go();

  const size_t index_;
  const int32_t id_;
  const std::shared_ptr<Ledger> ledger_;  // shared by all cards
  mutable std::mutex mutex_;
  int users_ = 0;
  uint64_t generation_ = 0;
  std::atomic<uint64_t> charged_ = 0;
};

}  // namespace axllama::standin
