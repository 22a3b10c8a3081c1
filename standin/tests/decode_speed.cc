#include "standin/tests/decode_speed.h"

#include <cstdlib>
#include <cstring>

#include "standin/tests/reference_loop.h"
#include "standin/tests/shared_loop.h"

namespace axllama::standin {
namespace {

constexpr int kTokens = 4;

uint64_t round_trips(const axcl::Library& api) {
  constexpr const char* kKey = "\"round_trips\": ";
  const char* const at = std::strstr(api.axclStandinCounters(), kKey);
  if (at == nullptr) throw std::runtime_error("no round_trips among the counters");
  return std::strtoull(at + std::strlen(kKey), nullptr, 10);
}

template <class Loop>
DecodeSpeed measure(Loop& loop, size_t position) {
  const axcl::Library& api = card();
  loop.skip_to(position);
  const uint64_t trips = round_trips(api);
  const uint64_t begin = api.axclStandinNow();
  for (int i = 0; i < kTokens; ++i) loop.decode(i);
  const double seconds = static_cast<double>(api.axclStandinNow() - begin) * 1e-9;
  return {kTokens / seconds, (round_trips(api) - trips) / kTokens};
}

}  // namespace

DecodeSpeed vendor_speed(const std::string& folder, size_t position) {
  ReferenceLoop loop(card(), folder);
  return measure(loop, position);
}

DecodeSpeed shared_speed(const std::string& folder, size_t position) {
  SharedLoop loop(card(), folder);
  return measure(loop, position);
}

}  // namespace axllama::standin
