// When a transfer that failed is worth another try, and how long to wait first. Pure functions.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace axllama::store {

// Answers that another try may turn into a good one: 408, 429 and 5xx but 501 and 505.
bool worth_retrying(int status);

// Seconds or an HTTP date, as a wait from `now`; nothing when it can't be read. Never longer than
// five minutes: whoever says more is asked again then.
std::optional<std::chrono::milliseconds> parse_retry_after(
    std::string_view text, std::chrono::system_clock::time_point now);

// The wait before try number `n` (the second is 1): `base` doubled n-1 times, at most five minutes,
// then between half and all of it, by `chance` from 0 to 1, so that many clients don't come at
// once.
std::chrono::milliseconds back_off(std::chrono::milliseconds base, int n, double chance);
// A chance for back_off. Any thread.
double random_chance();

}  // namespace axllama::store
