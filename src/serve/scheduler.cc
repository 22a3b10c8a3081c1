#include "serve/scheduler.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace axllama::serve {

using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr const char* kQueueFull =
    "server busy, please try again.  maximum pending requests exceeded";

constexpr const char* kLateHint =
    "when the card hangs, reboot it with `axcl-smi reboot`; when the disk is slow, raise "
    "OLLAMA_LOAD_TIMEOUT";

Error canceled() {
  return {ErrorCode::kCanceled, "request canceled"};
}

}  // namespace

struct Scheduler::Resident {
  enum class State { kLoading, kReady, kRetiring, kDead };
  Wanted wanted;
  std::unique_ptr<RunnerHandle> runner;
  State state = State::kLoading;
  runner::RunnerInfo info = {};
  int users = 0;
  bool has_served = false;
  bool suspect = false;  // to be asked how it is before it is used again
  double share = 0;      // loaded so far, 0..1
  Nanoseconds keep_alive{0};
  bool unload_when_idle = false;
  SteadyClock::time_point idle_since = {};
  SteadyClock::time_point last_progress = SteadyClock::now();
  std::stop_source stop_load = {};
  std::stop_source timer = {};  // of the pending unload
  std::string end_reason = {};
};

struct Scheduler::Waiter {
  uint64_t id;
  Wanted wanted;
  Nanoseconds keep_alive;
  Channel<Grant> grant;
};

struct Scheduler::Lease::Use {
  Scheduler& scheduler;
  ResidentPtr resident;
  Nanoseconds keep_alive;
  bool doubtful;  // nobody has talked to the runner for a while, or it is suspect
  ~Use() { scheduler.release(resident, keep_alive); }
};

Scheduler::Lease::Lease(std::unique_ptr<Use> use) : use_(std::move(use)) {}
Scheduler::Lease::Lease(Lease&&) noexcept = default;
Scheduler::Lease& Scheduler::Lease::operator=(Lease&&) noexcept = default;
Scheduler::Lease::~Lease() = default;
const runner::RunnerInfo& Scheduler::Lease::info() const {
  return use_->resident->info;
}
void Scheduler::Lease::report_broken() const {
  use_->scheduler.abandon(use_->resident);
}
void Scheduler::Lease::report_trouble() const {
  if (std::exchange(use_->resident->suspect, true)) return;
  start(use_->scheduler.examine(use_->resident));
}
HttpClient Scheduler::Lease::client() const {
  return use_->resident->runner->client();
}

Scheduler::Scheduler(Loop& loop, RunnerFactory runners, Settings settings)
    : loop_(loop), runners_(std::move(runners)), settings_(settings) {}

Scheduler::~Scheduler() = default;

// A loaded model also serves requests for less context: the runner keeps each to its own limit. How
// much it parks changes no answer, so it is no reason to load it again.
bool Scheduler::serves(const Resident& resident, const Wanted& wanted) const {
  const runner::LoadRequest& has = resident.wanted.load;
  runner::LoadRequest want = wanted.load;
  if (want.context <= has.context) want.context = has.context;
  if (want.device.empty()) want.device = has.device;
  want.park_bytes = has.park_bytes;
  return resident.wanted.key == wanted.key && has == want;
}

Task<Result<Scheduler::Lease>> Scheduler::acquire(Wanted wanted,
                                                  std::optional<Nanoseconds> keep_alive,
                                                  std::stop_token stop) {
  if (closed_) co_return fail(ErrorCode::kUnavailable, "the server is shutting down");
  const bool free_way = waiters_.empty() && resident_ &&
                        resident_->state == Resident::State::kReady && serves(*resident_, wanted);
  if (!free_way && waiters_.size() >= settings_.max_queue) {
    co_return fail(ErrorCode::kBusy, kQueueFull);
  }
  for (;;) {
    Result<Lease> lease = co_await wait_for_turn(wanted, keep_alive, stop);
    if (!lease || !lease->use_->doubtful) co_return lease;
    if (co_await lease->use_->resident->runner->answers(stop)) co_return lease;
    lease->report_broken();
  }
}

Task<Result<Scheduler::Lease>> Scheduler::wait_for_turn(Wanted wanted,
                                                        std::optional<Nanoseconds> keep_alive,
                                                        std::stop_token stop) {
  const uint64_t id = ++last_waiter_;
  Channel<Grant> grant(loop_);
  waiters_.push_back({id, std::move(wanted), keep_alive.value_or(settings_.keep_alive), grant});
  const std::stop_callback on_stop(stop, [this, id] { cancel(id); });
  pump();
  std::optional<Grant> granted = co_await grant.pop();
  if (!granted) co_return std::unexpected(canceled());
  co_return *std::move(granted);
}

// Takes a waiter out of the queue whose client is gone. A load that nobody waits for any more
// stops.
void Scheduler::cancel(uint64_t waiter) {
  const auto it = std::ranges::find(waiters_, waiter, &Waiter::id);
  if (it == waiters_.end()) return;
  it->grant.push(std::unexpected(canceled()));
  waiters_.erase(it);
  const bool loading = resident_ && resident_->state == Resident::State::kLoading;
  if (loading && std::ranges::none_of(waiters_, [&](const Waiter& other) {
        return serves(*resident_, other.wanted);
      })) {
    resident_->stop_load.request_stop();
  }
  pump();
}

// Brings things forward as far as they go now: grants, or the change to the first waiter's model.
void Scheduler::pump() {
  grant_waiters();
  if (waiters_.empty() || retiring_ || closed_) return;
  if (!resident_) {
    resident_ = std::make_shared<Resident>(
        Resident{.wanted = waiters_.front().wanted, .runner = runners_()});
    start(load(resident_, resident_->stop_load.get_token()));
  } else if (resident_->state == Resident::State::kReady && resident_->users == 0) {
    start(retire(resident_));
  }
}

void Scheduler::grant_waiters() {
  while (!waiters_.empty() && resident_ && resident_->state == Resident::State::kReady &&
         serves(*resident_, waiters_.front().wanted)) {
    Waiter waiter = std::move(waiters_.front());
    waiters_.pop_front();
    const bool after_idleness = resident_->users == 0 && resident_->has_served;
    const bool doubtful = after_idleness || resident_->suspect;
    ++resident_->users;
    resident_->has_served = true;
    resident_->timer.request_stop();
    resident_->wanted.name = waiter.wanted.name;
    resident_->wanted.digest = waiter.wanted.digest;
    resident_->unload_when_idle = false;
    waiter.grant.push(
        Lease(std::make_unique<Lease::Use>(*this, resident_, waiter.keep_alive, doubtful)));
  }
}

Task<void> Scheduler::load(ResidentPtr resident, std::stop_token stop) {
  const auto began = SteadyClock::now();
  log_info("loading " + resident->wanted.name);
  if (settings_.load_timeout != kForever) start(guard_load(resident, resident->stop_load));
  const std::function<void(double)> progress = [resident](double share) {
    resident->share = share;
    resident->last_progress = SteadyClock::now();
  };
  Result<runner::RunnerInfo> info =
      co_await resident->runner->load(resident->wanted.load, progress, stop);
  if (info) {
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - began);
    log_info(resident->wanted.name + " is ready after " + format_duration(took));
    resident->info = *info;
    resident->state = Resident::State::kReady;
    resident->runner->on_end([this, weak = std::weak_ptr(resident)](std::string how) {
      const ResidentPtr dead = weak.lock();
      if (!dead || dead->state != Resident::State::kReady) return;
      log_error("the runner of " + dead->wanted.name + " has ended: " + how);
      bury(dead);
    });
    if (resident->state == Resident::State::kReady) {
      resident->keep_alive = settings_.keep_alive;
      grant_waiters();
      if (resident->users == 0) start_timer(resident);
    }
    pump();
    co_return;
  }
  Error error = info.error();
  if (!resident->end_reason.empty()) error = {ErrorCode::kTimeout, resident->end_reason, kLateHint};
  if (ending_ > 0) error.message += "; an earlier runner still hangs in a call to its device";
  log_error("loading " + resident->wanted.name + " failed: " + error.text());
  // All who waited for this very load get its error; the others go on waiting.
  std::list<Waiter> failed;
  for (auto it = waiters_.begin(); it != waiters_.end();) {
    const auto next = std::next(it);
    if (serves(*resident, it->wanted)) failed.splice(failed.end(), waiters_, it);
    it = next;
  }
  for (Waiter& waiter : failed) waiter.grant.push(std::unexpected(error));
  co_await retire(resident);
}

// Gives a load up that makes no progress.
Task<void> Scheduler::guard_load(ResidentPtr resident, std::stop_source give_up) {
  while (resident->state == Resident::State::kLoading) {
    const auto idle = SteadyClock::now() - resident->last_progress;
    if (idle >= settings_.load_timeout) {
      resident->end_reason = "timed out waiting for the model to load: no progress for " +
                             format_duration(settings_.load_timeout);
      give_up.request_stop();
      co_return;
    }
    const auto rest = settings_.load_timeout - idle;
    co_await loop_.sleep(std::min<Nanoseconds>(rest, std::chrono::seconds(1)));
  }
}

// A runner that ended by itself, or that answers no more.
void Scheduler::bury(const ResidentPtr& resident) {
  resident->state = Resident::State::kDead;
  resident->timer.request_stop();
  if (resident_ == resident) resident_.reset();
  pump();
}

void Scheduler::abandon(const ResidentPtr& resident) {
  if (resident->state != Resident::State::kReady) return;
  log_error("the runner of " + resident->wanted.name + " is broken: another will take its place");
  start(retire(resident));
}

Task<void> Scheduler::examine(ResidentPtr resident) {
  const std::stop_token never;
  const bool well = co_await resident->runner->answers(never);
  resident->suspect = false;
  if (!well) abandon(resident);
}

Task<void> Scheduler::retire(ResidentPtr resident) {
  if (resident->state == Resident::State::kRetiring) co_return;
  resident->state = Resident::State::kRetiring;
  resident->timer.request_stop();
  if (resident_ == resident) resident_.reset();
  retiring_ = true;
  log_info("unloading " + resident->wanted.name);
  std::stop_source over;
  start(end_runner(resident, over));
  const bool late = co_await loop_.sleep(settings_.handover, over.get_token());
  if (late) {
    log_warn("the runner of " + resident->wanted.name +
             " does not end: what is loaded next may miss the memory that it holds");
  }
  retiring_ = false;
  pump();
}

Task<void> Scheduler::end_runner(ResidentPtr resident, std::stop_source over) {
  ++ending_;
  co_await resident->runner->end();
  over.request_stop();
  if (--ending_ == 0 && closed_) all_gone_.request_stop();
}

void Scheduler::release(const ResidentPtr& resident, Nanoseconds keep_alive) {
  --resident->users;
  resident->keep_alive = resident->unload_when_idle ? Nanoseconds(0) : keep_alive;
  if (resident->users > 0 || resident->state != Resident::State::kReady) return;
  start_timer(resident);
  // Not at once: whoever releases may be in the middle of its own clean-up.
  loop_.post([this] { pump(); });
}

void Scheduler::start_timer(const ResidentPtr& resident) {
  resident->idle_since = SteadyClock::now();
  if (resident->keep_alive == kForever) return;
  resident->timer = std::stop_source();
  start(expire(resident, resident->keep_alive, resident->timer.get_token()));
}

Task<void> Scheduler::expire(ResidentPtr resident, Nanoseconds time, std::stop_token stop) {
  const bool in_peace = co_await loop_.sleep(std::max(time, Nanoseconds(0)), stop);
  const bool idle = resident->users == 0 && resident->state == Resident::State::kReady;
  if (in_peace && !stop.stop_requested() && idle) co_await retire(resident);
}

void Scheduler::unload(const std::string& key) {
  if (!resident_ || resident_->wanted.key != key) return;
  if (resident_->users == 0 && resident_->state == Resident::State::kReady) {
    start(retire(resident_));
  } else {
    resident_->unload_when_idle = true;
  }
}

std::optional<LoadingInfo> Scheduler::loading() const {
  if (!resident_ || resident_->state != Resident::State::kLoading) return std::nullopt;
  return LoadingInfo{resident_->wanted.name, resident_->share};
}

std::vector<ResidentInfo> Scheduler::residents() const {
  if (!resident_ || resident_->state != Resident::State::kReady) return {};
  using SystemClock = std::chrono::system_clock;
  ResidentInfo info{resident_->wanted, resident_->info, SystemClock::time_point::max(),
                    resident_->users};
  if (resident_->keep_alive != kForever) {
    const auto from = resident_->users > 0 ? SteadyClock::now() : resident_->idle_since;
    info.expires = SystemClock::now() + std::chrono::duration_cast<SystemClock::duration>(
                                            from + resident_->keep_alive - SteadyClock::now());
  }
  return {info};
}

Task<void> Scheduler::shutdown() {
  closed_ = true;
  for (Waiter& waiter : std::exchange(waiters_, {})) {
    waiter.grant.push(std::unexpected(canceled()));
  }
  if (const ResidentPtr resident = resident_) {
    resident->stop_load.request_stop();
    co_await retire(resident);
  }
  if (ending_ == 0) co_return;
  log_warn("waiting for a runner in a call to its device; ask again to leave it behind");
  co_await loop_.sleep(std::chrono::hours(24), all_gone_.get_token());
}

}  // namespace axllama::serve
