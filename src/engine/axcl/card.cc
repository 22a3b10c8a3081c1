#include "engine/axcl/card.h"

#include <algorithm>
#include <utility>

#include "axcl/memory.h"

namespace axllama::npu {

Card::Card(const axcl::Runtime& runtime, int32_t device)
    : runtime_(runtime),
      device_(device),
      name_("card " + std::to_string(device)),
      thread_([this] { work(); }) {}

Result<std::unique_ptr<Card>> Card::open(const axcl::Runtime& runtime, int32_t device) {
  std::unique_ptr<Card> card(new Card(runtime, device));
  const Result<void> opened = card->run([&]() -> Result<void> {
    AX_TRY(card->session_, axcl::Session::open(runtime, device));
    return {};
  });
  if (!opened) return std::unexpected(opened.error());
  return card;
}

Card::~Card() {
  start([this] { session_.reset(); });
  wait();
  {
    const std::scoped_lock lock(mutex_);
    end_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Result<uint64_t> Card::free_bytes() const {
  const Result<axcl::DeviceProperties> told = axcl::properties_of(runtime_, device_);
  AX_CHECK(session_->bind());  // asking may have unbound the thread
  if (!told) return std::unexpected(told.error());
  return uint64_t{told->free_cmm} * 1024;
}

bool Card::has_free(uint64_t bytes) const {
  constexpr uint64_t kBlock = 256ULL << 20;  // the card's memory may be in pieces
  std::vector<axcl::Memory> taken;
  while (bytes > 0) {
    const uint64_t next = std::min(bytes, kBlock);
    auto memory = axcl::Memory::allocate(call(), next, "a moment");
    if (!memory) return false;
    taken.push_back(*std::move(memory));
    bytes -= next;
  }
  return true;
}

void Card::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return end_ || job_; });
    if (!job_) return;
    lock.unlock();
    job_();
    lock.lock();
    job_ = nullptr;
    changed_.notify_all();
  }
}

void Card::start(std::function<void()> job) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !job_; });
    job_ = std::move(job);
  }
  changed_.notify_all();
}

void Card::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !job_; });
}

Result<std::vector<int32_t>> choose_devices(const axcl::Runtime& runtime,
                                            const std::vector<int32_t>& wanted) {
  AX_TRY(std::vector<int32_t> connected, runtime.devices());
  if (connected.empty()) {
    return fail(ErrorCode::kUnavailable, "no card is connected",
                "check that `lspci` shows a device of vendor 1f4b, and the power supply");
  }
  if (wanted.empty()) return connected;
  std::vector<int32_t> chosen;
  for (const int32_t device : wanted) {
    if (std::ranges::find(connected, device) == connected.end()) {
      return fail(ErrorCode::kNotFound, "there is no card " + std::to_string(device));
    }
    if (std::ranges::find(chosen, device) == chosen.end()) chosen.push_back(device);
  }
  return chosen;
}

Error on_card(const Card& card, Error error) {
  if (!error.message.contains(card.name())) error.message.insert(0, card.name() + ": ");
  return error;
}

}  // namespace axllama::npu
