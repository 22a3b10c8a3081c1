#include "store/transfer_retry.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <random>
#include <string>

namespace axllama::store {
namespace {

constexpr std::chrono::milliseconds kLongestWait = std::chrono::minutes(5);

}  // namespace

bool worth_retrying(int status) {
  if (status == 408 || status == 429) return true;
  return status >= 500 && status < 600 && status != 501 && status != 505;
}

std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now) {
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc::result_out_of_range) return kLongestWait;
  if (error != std::errc() || end != text.data() + text.size()) {
    const time_t date = curl_getdate(std::string(text).c_str(), nullptr);
    if (date < 0) return std::nullopt;
    seconds = date - std::chrono::system_clock::to_time_t(now);
  }
  const int64_t longest = std::chrono::duration_cast<std::chrono::seconds>(kLongestWait).count();
  return std::chrono::seconds(std::clamp<int64_t>(seconds, 0, longest));
}

std::chrono::milliseconds back_off(std::chrono::milliseconds base, int n, double chance) {
  std::chrono::milliseconds wait = base;
  for (int i = 1; i < n && wait < kLongestWait; ++i) wait *= 2;
  wait = std::min(wait, kLongestWait);
  const double share = 0.5 + std::clamp(chance, 0.0, 1.0) / 2;
  return std::chrono::milliseconds(static_cast<int64_t>(static_cast<double>(wait.count()) * share));
}

double random_chance() {
  thread_local std::minstd_rand generator(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace axllama::store
