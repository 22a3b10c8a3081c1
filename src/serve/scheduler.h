// Which model is loaded, and whose turn it is. One model is resident at a time; requests for
// another wait in a queue until it is idle, first come, first served.
//
// Loop's thread only.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/duration.h"
#include "base/result.h"
#include "base/task.h"
#include "http/channel.h"
#include "http/loop.h"
#include "serve/runner_handle.h"

namespace axllama::serve {

// What a request wants to have loaded.
struct Wanted {
  std::string key;           // same key: same weights
  runner::LoadRequest load;  // context 0: whatever is loaded will do
  // For listings.
  std::string name;    // "sprout:latest"
  std::string digest;  // of the manifest
  uint64_t file_bytes = 0;
};

// One resident model, for /api/ps.
struct ResidentInfo {
  Wanted wanted;
  runner::RunnerInfo info;
  // When it will be unloaded if nobody asks for it; max(): never. While it is in use: as if the use
  // ended now.
  std::chrono::system_clock::time_point expires;
  int users = 0;
};

// The model that is being loaded, for whoever wants to see how far it is.
struct LoadingInfo {
  std::string name;
  double share = 0;  // 0..1
};

class Scheduler {
 public:
  struct Settings {
    Nanoseconds keep_alive = std::chrono::minutes(5);
    Nanoseconds load_timeout = std::chrono::minutes(5);  // without progress; kForever: none
    size_t max_queue = 512;
    // How long the next load waits for a runner that ends, as its memory comes back only then. A
    // runner that takes longer hangs in a call to its device, and others must not wait for that.
    Nanoseconds handover = std::chrono::seconds(8);
  };

  Scheduler(Loop& loop, RunnerFactory runners, Settings settings);
  ~Scheduler();

  // The right to use a loaded model; it stays loaded as long as the lease lives.
  class Lease {
   public:
    Lease(Lease&&) noexcept;
    Lease& operator=(Lease&&) noexcept;
    ~Lease();
    const runner::RunnerInfo& info() const;
    HttpClient client() const;
    // The runner broke a connection: it gets no further request and is ended.
    void report_broken() const;
    // A request failed for no fault of its own: the runner is asked how it is before it gets the
    // next one, and replaced when it isn't well.
    void report_trouble() const;

   private:
    friend class Scheduler;
    struct Use;
    explicit Lease(std::unique_ptr<Use> use);
    std::unique_ptr<Use> use_;
  };

  // Waits for the model, loading it when need be. A runner that died while it was idle is noticed
  // here at the latest, and replaced. keep_alive absent: the settings'.
  // kBusy when the queue is full, kCanceled when `stop` is asked, else why the load failed.
  Task<Result<Lease>> acquire(Wanted wanted, std::optional<Nanoseconds> keep_alive,
                              std::stop_token stop);
  // Unloads the model as soon as it is idle; nothing happens when it is not loaded.
  void unload(const std::string& key);
  std::vector<ResidentInfo> residents() const;
  std::optional<LoadingInfo> loading() const;
  size_t queued() const { return waiters_.size(); }
  // Refuses all who wait and ends the runners; resumes when all of them are gone.
  Task<void> shutdown();

 private:
  struct Resident;
  struct Waiter;
  using ResidentPtr = std::shared_ptr<Resident>;  // shared: leases outlive a runner that died
  using Grant = Result<Lease>;

  Task<Result<Lease>> wait_for_turn(Wanted wanted, std::optional<Nanoseconds> keep_alive,
                                    std::stop_token stop);
  bool serves(const Resident& resident, const Wanted& wanted) const;
  void pump();
  void grant_waiters();
  Task<void> load(ResidentPtr resident, std::stop_token stop);
  Task<void> guard_load(ResidentPtr resident, std::stop_source give_up);
  Task<void> retire(ResidentPtr resident);
  void release(const ResidentPtr& resident, Nanoseconds keep_alive);
  void start_timer(const ResidentPtr& resident);
  Task<void> expire(ResidentPtr resident, Nanoseconds time, std::stop_token stop);
  void bury(const ResidentPtr& resident);
  void abandon(const ResidentPtr& resident);
  Task<void> examine(ResidentPtr resident);
  Task<void> end_runner(ResidentPtr resident, std::stop_source over);
  void cancel(uint64_t waiter);

  Loop& loop_;
  RunnerFactory runners_;
  Settings settings_;
  ResidentPtr resident_;
  std::list<Waiter> waiters_;
  uint64_t last_waiter_ = 0;
  bool retiring_ = false;
  int ending_ = 0;             // runners that were asked to end and are not gone
  std::stop_source all_gone_;  // asked when closed_ and ending_ comes to 0
  bool closed_ = false;
};

}  // namespace axllama::serve
