// An event: a point in one stream's work that another stream can wait for.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>

#include "axcl/abi.h"
#include "standin/runtime/stream.h"

namespace axllama::standin {

// Any thread may call. Work that is queued shares it.
class Event : public std::enable_shared_from_this<Event> {
 public:
  // The event happens when the work that `stream` has now is done.
  void record(Stream& stream);
  // `stream` goes on when the last record() before this call has happened; at once when there was
  // none. Past `timeout_ms` (if not negative) that work has failed.
  void make_wait(const std::shared_ptr<Stream>& stream, int32_t timeout_ms);

 private:
  void happen(uint64_t number);
  axcl::Code wait(uint64_t number, const Stream& stream, int32_t timeout_ms);

  std::mutex mutex_;
  std::condition_variable happened_;
  uint64_t recorded_ = 0;
  std::set<uint64_t> pending_;
  int64_t virtual_time_ = 0;
};

}  // namespace axllama::standin
