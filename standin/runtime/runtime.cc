#include "standin/runtime/runtime.h"

#include <cstdio>
#include <cstdlib>

#include "standin/runtime/codes.h"
#include "standin/runtime/say.h"

namespace axllama::standin {
namespace {

void write_counters() {
  Runtime& runtime = Runtime::get();
  const std::string target = runtime.live.get()->counters;
  if (target.empty()) return;
  const std::string text = runtime.counters_json() + "\n";
  std::FILE* file = target == "-" ? stderr : std::fopen(target.c_str(), "w");
  if (file == nullptr) {
    say(LogLevel::kMisuse, "can't write the counters to " + target);
    return;
  }
  std::fputs(text.c_str(), file);
  if (file != stderr) std::fclose(file);
}

// A process that ends in order gives back what it had, as the driver sees to when its file closes.
void leave_cards() {
  const auto session = Runtime::get().session();
  if (!session) return;
  for (const auto& card : session->cards()) session->ledger().detach(card->index());
}

}  // namespace

Runtime::Runtime() {
  timeline.set_mode(live.get()->timing);
}

Runtime& Runtime::get() {
  static Runtime* runtime = [] {
    std::atexit([] {
      leave_cards();
      write_counters();
    });
    return new Runtime;
  }();
  return *runtime;
}

Code Runtime::init(const Settings& settings) {
  const std::scoped_lock lock(mutex_);
  if (users_ == 0) {
    if (settings.driver_absent) return code(Sub::kDevice, Err::kOpen);
    if (settings.card_absent || settings.cards.empty()) {
      return code(Sub::kDevice, Err::kNoConnect);
    }
    auto session = Session::open(settings);
    if (!session) {
      say(LogLevel::kMisuse, session.error().text());
      return code(Sub::kDevice, Err::kProbe);
    }
    session_ = std::move(*session);
  }
  ++users_;
  return kOk;
}

Code Runtime::finalize() {
  std::shared_ptr<Session> last;
  {
    const std::scoped_lock lock(mutex_);
    if (users_ == 0 || --users_ > 0) return kOk;
    last = std::move(session_);
    session_.reset();
  }
  last->close();
  return kOk;
}

std::shared_ptr<Session> Runtime::session() const {
  const std::scoped_lock lock(mutex_);
  return session_;
}

ThreadBinding& this_thread() {
  thread_local ThreadBinding binding;
  return binding;
}

}  // namespace axllama::standin
