#include "standin/runtime/call.h"

#include <algorithm>
#include <atomic>

#include "standin/runtime/durations.h"

namespace axllama::standin {
namespace {

constexpr int32_t kShutdownTemperature = 120'000;

// What the card's junction is at: the setting, rising with the time since the ramp was first seen.
int32_t temperature(const Settings& settings, int64_t now) {
  static std::atomic<int64_t> ramp = 0;
  static std::atomic<int64_t> since = 0;
  if (ramp.exchange(settings.temperature_ramp) != settings.temperature_ramp) since = now;
  const double seconds = static_cast<double>(std::max<int64_t>(0, now - since)) * 1e-9;
  const double value = static_cast<double>(settings.temperature) +
                       static_cast<double>(settings.temperature_ramp) * seconds;
  return static_cast<int32_t>(std::min(value, 200'000.0));
}

// Looking for dead processes reads /proc, so not on every call.
bool time_to_look() {
  static std::atomic<int64_t> next = 0;
  const int64_t now = steady_ns();
  int64_t due = next;
  return now >= due && next.compare_exchange_strong(due, now + 100'000'000);
}

}  // namespace

Call::Call(Runtime& runtime, Function function)
    : runtime_(runtime),
      function_(function),
      settings_(runtime.live.get()),
      session_(runtime.session()),
      begin_((runtime.timeline.set_mode(settings_->timing), runtime.timeline.now())) {}

std::shared_ptr<Context> Call::context() const {
  std::shared_ptr<Context> context = this_thread().context.lock();
  if (!context || !session_ || !session_->contexts.find(context.get())) return nullptr;
  return context;
}

Code Call::send(Card& card) const {
  runtime_.counters.message();
  Ledger& ledger = card.ledger();
  const int32_t degrees = temperature(*settings_, runtime_.timeline.now());
  ledger.set_temperature(card.index(), degrees);
  if (degrees >= kShutdownTemperature || settings_->card_absent ||
      runtime_.faults.loses_heartbeat(*settings_)) {
    ledger.lose(card.index());
  }
  if (time_to_look()) ledger.bury_dead(card.index(), death_rules());
  return card.connected(ledger.state(card.index())) ? kOk : kSendFailed;
}

Code Call::send_to_engine(Card& card) const {
  if (const Code sent = send(card); sent != kOk) return sent;
  return card.ledger().state(card.index()).wedged ? code(Sub::kEngine, Err::kDecode) : kOk;
}

void Call::answered(Lane* lane, int64_t length) const {
  runtime_.timeline.finish(begin_, lane, length);
  runtime_.counters.round_trip(runtime_.timeline.now() - begin_);
}

void Call::submitted() const {
  runtime_.timeline.spend(begin_, submit_time(*settings_));
}

}  // namespace axllama::standin
