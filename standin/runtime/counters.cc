#include "standin/runtime/counters.h"

#include <fmt/format.h>

#include <iterator>

namespace axllama::standin {

void Counters::call(Function function, bool error) {
  Calls& calls = calls_[static_cast<size_t>(function)];
  ++calls.calls;
  if (error) ++calls.errors;
}

void Counters::memory_in_use(uint64_t bytes) {
  memory_ = bytes;
  uint64_t peak = peak_memory_;
  while (bytes > peak && !peak_memory_.compare_exchange_weak(peak, bytes)) {
  }
}

void Counters::reset() {
  for (Calls& calls : calls_) calls.calls = calls.errors = 0;
  to_device_ = to_host_ = on_device_ = sync_ = async_ = round_trips_ = messages_ = 0;
  blocked_ns_ = 0;
  peak_memory_ = memory_.load();
}

std::string Counters::json(int64_t now_ns, int64_t overlap_ns) const {
  std::string text = "{\"stand_in\": true, \"calls\": {";
  const char* separator = "";
  for (size_t i = 0; i < kFunctions; ++i) {
    const uint64_t calls = calls_[i].calls;
    if (calls == 0) continue;
    fmt::format_to(std::back_inserter(text), "{}\"{}\": {{\"calls\": {}, \"errors\": {}}}",
                   separator, kFunctionNames[i], calls, calls_[i].errors.load());
    separator = ", ";
  }
  fmt::format_to(
      std::back_inserter(text),
      "}}, \"bytes_h2d\": {}, \"bytes_d2h\": {}, \"bytes_d2d\": {}, \"executes_sync\": {}, "
      "\"executes_async\": {}, \"round_trips\": {}, \"messages\": {}, \"blocked_ns\": {}, "
      "\"overlap_ns\": {}, \"memory_bytes\": {}, \"peak_memory_bytes\": {}, \"now_ns\": {}}}",
      to_device_.load(), to_host_.load(), on_device_.load(), sync_.load(), async_.load(),
      round_trips_.load(), messages_.load(), blocked_ns_.load(), overlap_ns, memory_.load(),
      peak_memory_.load(), now_ns);
  return text;
}

}  // namespace axllama::standin
