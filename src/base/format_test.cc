#include "base/format.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace axllama {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

system_clock::time_point at(int64_t unix_seconds, int64_t nanos = 0) {
  return system_clock::time_point(seconds(unix_seconds)) + nanoseconds(nanos);
}

// Lets one test run in a time zone of its choice.
class Zone {
 public:
  explicit Zone(const char* name) {
    if (const char* value = std::getenv("TZ")) old_ = value;
    setenv("TZ", name, 1);
    tzset();
  }
  ~Zone() {
    old_.empty() ? unsetenv("TZ") : setenv("TZ", old_.c_str(), 1);
    tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

 private:
  std::string old_;
};

TEST(FormatBytes, counts_in_decimal_units) {
  const std::vector<std::pair<uint64_t, std::string>> table = {
      {0, "0 B"},
      {999, "999 B"},
      {1000, "1 KB"},
      {1500, "1.5 KB"},
      {1023, "1.0 KB"},
      {9'999, "10.0 KB"},
      {10'000, "10 KB"},
      {12'999, "12 KB"},
      {999'999, "999 KB"},
      {3'003'968, "3.0 MB"},
      {3'000'000, "3 MB"},
      {522'653'767, "522 MB"},
      {12'345'678'901, "12 GB"},
      {2'500'000'000'000, "2.5 TB"},
      {std::numeric_limits<uint64_t>::max(), "18446744 TB"},
  };
  for (const auto& [bytes, text] : table) EXPECT_EQ(format_bytes(bytes), text) << bytes;
}

TEST(FormatParameters, shows_them_as_ollama_does) {
  const std::vector<std::pair<uint64_t, std::string>> table = {
      {0, "0"},
      {999, "999"},
      {1000, "1K"},
      {22'500, "22K"},
      {1'000'000, "1M"},
      {2'755'392, "2.76M"},
      {134'515'008, "134.52M"},
      {4'022'468'096, "4.0B"},
      {8'000'000'000, "8B"},
      {235'093'634'560, "235.1B"},
      {1'000'000'000'000, "1T"},
  };
  for (const auto& [count, text] : table) EXPECT_EQ(format_parameters(count), text) << count;
}

TEST(FormatTime, utc_has_nanoseconds_and_z) {
  EXPECT_EQ(format_time_utc(at(1795439081, 1)), "2026-11-23T13:04:41.000000001Z");
  EXPECT_EQ(format_time_utc(at(0)), "1970-01-01T00:00:00.000000000Z");
}

TEST(FormatTime, time_before_1970_counts_its_nanoseconds_forwards) {
  EXPECT_EQ(format_time_utc(at(0, -1)), "1969-12-31T23:59:59.999999999Z");
}

TEST(FormatTime, last_time_there_is_can_be_written) {
  EXPECT_EQ(format_time_utc(system_clock::time_point::max()), "2262-04-11T23:47:16.854775807Z");
}

TEST(FormatTime, local_time_has_the_offset) {
  const Zone east("XXX-5:30");
  EXPECT_EQ(format_time_local(at(1795439081)), "2026-11-23T18:34:41.000000000+05:30");
}

TEST(FormatTime, local_time_west_of_greenwich_has_a_minus) {
  const Zone west("XXX3:30");
  EXPECT_EQ(format_time_local(at(1795439081)), "2026-11-23T09:34:41.000000000-03:30");
}

TEST(FormatTime, local_time_in_utc_has_z) {
  const Zone utc("UTC0");
  EXPECT_EQ(format_time_local(at(1795439081)), "2026-11-23T13:04:41.000000000Z");
}

}  // namespace
}  // namespace axllama
