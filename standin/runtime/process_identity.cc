#include "standin/runtime/process_identity.h"

#include <charconv>
#include <string>
#include <string_view>

#include "base/fd.h"

namespace axllama::standin {
namespace {

struct Stat {
  char state = 'X';
  uint64_t start_time = 0;
};

// "<pid> (<name>) <state> <18 numbers> <start time> ..."; the name may hold anything.
Stat read_stat(pid_t pid) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/stat", 1 << 16);
  if (!text) return {};
  const size_t name_end = text->rfind(')');
  if (name_end == std::string::npos || name_end + 2 >= text->size()) return {};
  std::string_view rest = std::string_view(*text).substr(name_end + 2);
  Stat stat;
  stat.state = rest.front();
  for (int field = 3; field < 22 && !rest.empty(); ++field) {
    const size_t space = rest.find(' ');
    rest = space == std::string_view::npos ? "" : rest.substr(space + 1);
  }
  std::from_chars(rest.data(), rest.data() + rest.size(), stat.start_time);
  return stat;
}

}  // namespace

uint64_t start_time(pid_t pid) {
  return read_stat(pid).start_time;
}

bool is_alive(pid_t pid, uint64_t started) {
  const Stat stat = read_stat(pid);
  return stat.state != 'X' && stat.state != 'Z' && stat.start_time == started;
}

}  // namespace axllama::standin
