// The stand-in inside one process: what every call needs.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "standin/runtime/counters.h"
#include "standin/runtime/faults.h"
#include "standin/runtime/handle_table.h"
#include "standin/runtime/io.h"
#include "standin/runtime/live_settings.h"
#include "standin/runtime/session.h"
#include "standin/runtime/timeline.h"

namespace axllama::standin {

// Any thread may call. There is one, it begins with the first call and is never destroyed, so that
// calls from static destructors find it.
class Runtime {
 public:
  static Runtime& get();

  // axclInit and axclFinalize, which count. 0, or 0x8030010b / 0x80300181 by the faults.
  axcl::Code init(const Settings& settings);
  axcl::Code finalize();
  // Null before axclInit and after axclFinalize. Shared: a call goes on with what it began with.
  std::shared_ptr<Session> session() const;

  LiveSettings live;
  Timeline timeline;
  Counters counters;
  Faults faults;
  HandleTable<IoInfo> io_infos;
  HandleTable<Io> ios;

  std::string counters_json() const { return counters.json(timeline.now(), timeline.overlap()); }

 private:
  Runtime();

  mutable std::mutex mutex_;
  int users_ = 0;
  std::shared_ptr<Session> session_;  // shared with the calls under way
};

// What a thread is bound to; gone by itself when the context or the session is.
struct ThreadBinding {
  std::weak_ptr<Context> context;
  std::weak_ptr<Session> session;  // in which `device` holds
  int32_t device = -1;
};
ThreadBinding& this_thread();

}  // namespace axllama::standin
