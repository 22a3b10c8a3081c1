#include "store/registry_sender.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace axllama::store {
namespace {

constexpr size_t kLongestAnswer = 1 << 20;

}  // namespace

bool PartSender::on_head(int status, const Headers& headers) {
  moved_ = Clock::now();
  reply_.status = status;
  reply_.headers = headers;
  return true;
}

bool PartSender::on_bytes(std::string_view bytes) {
  moved_ = Clock::now();
  if (reply_.body.size() + bytes.size() <= kLongestAnswer) reply_.body += bytes;
  return true;
}

int64_t PartSender::read(uint64_t offset, char* into, size_t room) {
  moved_ = Clock::now();
  const size_t wanted = std::min<uint64_t>(room, part_.size - std::min(offset, part_.size));
  for (;;) {
    const ssize_t got = ::pread(file_, into, wanted, static_cast<off_t>(part_.offset + offset));
    if (got < 0 && errno == EINTR) continue;
    if (got > 0) given_ = offset + static_cast<uint64_t>(got);
    return got;
  }
}

}  // namespace axllama::store
