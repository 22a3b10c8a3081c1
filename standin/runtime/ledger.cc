#include "standin/runtime/ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "base/fd.h"
#include "standin/runtime/process_identity.h"

namespace axllama::standin {

// The thread lock and, for a shared ledger, the file's; the system drops the latter when its holder
// dies.
class Ledger::Lock {
 public:
  explicit Lock(const Ledger& ledger) : lock_(ledger.mutex_), descriptor_(ledger.descriptor_) {
    if (descriptor_ >= 0) {
      while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
      }
    }
  }
  ~Lock() {
    if (descriptor_ >= 0) ::flock(descriptor_, LOCK_UN);
  }

 private:
  std::unique_lock<std::mutex> lock_;
  int descriptor_;
};

namespace {

void add_cards(LedgerFile& file, std::span<const int64_t> cards, uint64_t total_kb,
               uint64_t used_kb) {
  for (size_t i = 0; i < cards.size() && i < kMaxCards; ++i) {
    CardRecord& card = file.card[i];
    if (card.id == cards[i] && card.total_kb != 0) continue;
    card = {};
    card.id = static_cast<int32_t>(cards[i]);
    card.total_kb = total_kb;
    card.used_kb = used_kb;
  }
  file.cards = static_cast<uint32_t>(std::min(cards.size(), kMaxCards));
}

bool is_ours(const LedgerFile& file) {
  return std::memcmp(file.magic, LedgerFile{}.magic, sizeof file.magic) == 0;
}

Result<LedgerFile*> map_file(int descriptor, const std::string& path, bool& fresh) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0) return std::unexpected(errno_error("read", path));
  fresh = status.st_size == 0;
  if (fresh && ::ftruncate(descriptor, sizeof(LedgerFile)) != 0) {
    return std::unexpected(errno_error("write", path));
  }
  if (!fresh && static_cast<size_t>(status.st_size) != sizeof(LedgerFile)) {
    return fail(ErrorCode::kCorrupt, fmt::format("{} is no state file of the stand-in", path));
  }
  void* view =
      ::mmap(nullptr, sizeof(LedgerFile), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (view == MAP_FAILED) return std::unexpected(errno_error("map", path));
  return static_cast<LedgerFile*>(view);
}

}  // namespace

Result<std::unique_ptr<Ledger>> Ledger::open(const std::string& path,
                                             std::span<const int64_t> cards, uint64_t total_kb,
                                             uint64_t used_kb) {
  if (path.empty()) {
    std::unique_ptr<Ledger> ledger(new Ledger(new LedgerFile, -1));
    add_cards(*ledger->file_, cards, total_kb, used_kb);
    return ledger;
  }
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file) return std::unexpected(errno_error("open", path));
  ::flock(file.get(), LOCK_EX);
  bool fresh = false;
  AX_TRY(LedgerFile * view, map_file(file.get(), path, fresh));
  if (fresh) *view = LedgerFile{};
  std::unique_ptr<Ledger> ledger(new Ledger(view, file.release()));
  if (!is_ours(*view)) {
    return fail(ErrorCode::kCorrupt, fmt::format("{} is no state file of the stand-in", path));
  }
  add_cards(*view, cards, total_kb, used_kb);
  ::flock(ledger->descriptor_, LOCK_UN);
  return ledger;
}

Ledger::~Ledger() {
  if (descriptor_ < 0) {
    delete file_;
    return;
  }
  ::munmap(file_, sizeof(LedgerFile));
  ::close(descriptor_);
}

ProcessRecord* Ledger::own(size_t card) const {
  const auto self = static_cast<int32_t>(::getpid());
  for (ProcessRecord& process : file_->card[card].processes) {
    if (process.pid == self) return &process;
  }
  return nullptr;
}

bool Ledger::attach(size_t card, const DeathRules& rules) {
  bury_dead(card, rules);
  const Lock lock(*this);
  if (own(card) != nullptr) return true;
  for (ProcessRecord& process : file_->card[card].processes) {
    if (process.pid != 0) continue;
    const auto self = static_cast<int32_t>(::getpid());
    process = {self, 0, start_time(self), 0};
    return true;
  }
  return false;
}

void Ledger::detach(size_t card) {
  const Lock lock(*this);
  if (ProcessRecord* process = own(card)) *process = {};
}

namespace {

uint64_t used(const CardRecord& card) {
  uint64_t bytes = card.used_kb * 1024 + card.leaked_bytes;
  for (const ProcessRecord& process : card.processes) bytes += process.bytes;
  return bytes;
}

}  // namespace

bool Ledger::take(size_t card, uint64_t bytes) {
  const Lock lock(*this);
  ProcessRecord* process = own(card);
  const CardRecord& record = file_->card[card];
  if (process == nullptr || used(record) + bytes > record.total_kb * 1024) return false;
  process->bytes += bytes;
  return true;
}

void Ledger::give(size_t card, uint64_t bytes) {
  const Lock lock(*this);
  if (ProcessRecord* process = own(card)) process->bytes -= std::min(process->bytes, bytes);
}

CardUse Ledger::use(size_t card) const {
  const Lock lock(*this);
  return {file_->card[card].total_kb * 1024, used(file_->card[card])};
}

void Ledger::begin_run(size_t card) {
  const Lock lock(*this);
  if (ProcessRecord* process = own(card)) ++process->running;
}

void Ledger::end_run(size_t card) {
  const Lock lock(*this);
  ProcessRecord* process = own(card);
  if (process != nullptr && process->running > 0) --process->running;
}

void Ledger::bury_dead(size_t card, const DeathRules& rules) {
  const Lock lock(*this);
  CardRecord& record = file_->card[card];
  for (ProcessRecord& process : record.processes) {
    if (process.pid == 0 || is_alive(process.pid, process.start_time)) continue;
    if (rules.leak) record.leaked_bytes += process.bytes;
    if (rules.wedge && process.running > 0) record.wedged = 1;
    process = {};
  }
}

CardState Ledger::state(size_t card) const {
  const Lock lock(*this);
  const CardRecord& record = file_->card[card];
  return {record.lost != 0, record.wedged != 0, record.generation};
}

void Ledger::lose(size_t card) {
  const Lock lock(*this);
  file_->card[card].lost = 1;
}

void Ledger::set_temperature(size_t card, int32_t value) {
  const Lock lock(*this);
  file_->card[card].temperature = value;
}

int32_t Ledger::temperature(size_t card) const {
  const Lock lock(*this);
  return file_->card[card].temperature;
}

void Ledger::reboot(size_t card) {
  const Lock lock(*this);
  CardRecord& record = file_->card[card];
  CardRecord fresh;
  fresh.id = record.id;
  fresh.temperature = record.temperature;
  fresh.total_kb = record.total_kb;
  fresh.used_kb = record.used_kb;
  fresh.generation = record.generation + 1;
  record = fresh;
}

}  // namespace axllama::standin
