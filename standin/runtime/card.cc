#include "standin/runtime/card.h"

#include "standin/runtime/codes.h"
#include "standin/runtime/model.h"

namespace axllama::standin {
namespace {

// The card's memory is given out in pages.
uint64_t pages(uint64_t bytes) {
  return (bytes + 4095) / 4096 * 4096;
}

}  // namespace

Card::Card(size_t index, int32_t id, std::shared_ptr<Ledger> ledger)
    : memory(ledger->use(index).total_bytes), index_(index), id_(id), ledger_(std::move(ledger)) {}

Code Card::activate(const DeathRules& rules, bool& opened) {
  const std::scoped_lock lock(mutex_);
  opened = users_ == 0;
  if (opened) {
    const CardState state = ledger_->state(index_);
    if (state.lost || !ledger_->attach(index_, rules)) {
      return code(Sub::kDevice, Err::kPortAllocate);
    }
    generation_ = state.generation;
  }
  ++users_;
  return kOk;
}

Code Card::deactivate() {
  {
    const std::scoped_lock lock(mutex_);
    if (users_ == 0) return code(Sub::kDevice, Err::kNotActive);
    if (--users_ > 0) return kOk;
  }
  let_go();
  return kOk;
}

void Card::close() {
  {
    const std::scoped_lock lock(mutex_);
    if (users_ == 0) return;
    users_ = 0;
  }
  let_go();
}

void Card::let_go() {
  {
    const std::scoped_lock lock(engine_mutex);
    models.clear();
    vnpu.reset();
  }
  memory.clear();
  charged_ = 0;
  ledger_->detach(index_);
}

bool Card::active() const {
  const std::scoped_lock lock(mutex_);
  return users_ > 0;
}

bool Card::connected(const CardState& state) const {
  const std::scoped_lock lock(mutex_);
  return users_ > 0 && !state.lost && state.generation == generation_;
}

std::optional<uint64_t> Card::allocate(uint64_t bytes, uint64_t alignment) {
  const uint64_t size = pages(bytes);
  if (!charge(size)) return std::nullopt;
  const auto address = memory.allocate(bytes, alignment);
  if (!address) discharge(size);
  return address;
}

bool Card::free(uint64_t address) {
  const auto bytes = memory.free(address);
  if (bytes) discharge(pages(*bytes));
  return bytes.has_value();
}

bool Card::charge(uint64_t bytes) {
  if (!ledger_->take(index_, bytes)) return false;
  charged_ += bytes;
  return true;
}

void Card::discharge(uint64_t bytes) {
  ledger_->give(index_, bytes);
  charged_ -= bytes;
}

uint64_t Card::in_use() const {
  return charged_;
}

}  // namespace axllama::standin
