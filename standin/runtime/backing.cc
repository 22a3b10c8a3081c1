#include "standin/runtime/backing.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace axllama::standin {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kPoisonFile = 16 << 20;

// A file in memory, kPoisonFile bytes of poison; -1 when the system has none.
int poison_file() {
  static const int file = [] {
    const int fd = ::memfd_create("axcl-standin-poison", MFD_CLOEXEC);
    if (fd < 0 || ::ftruncate(fd, kPoisonFile) != 0) return -1;
    void* view = ::mmap(nullptr, kPoisonFile, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (view == MAP_FAILED) return -1;
    std::memset(view, 0xFF, kPoisonFile);
    ::munmap(view, kPoisonFile);
    return fd;
  }();
  return file;
}

std::byte* map_zeros(size_t bytes) {
  void* base = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return base == MAP_FAILED ? nullptr : static_cast<std::byte*>(base);
}

bool lay_poison(std::byte* base, size_t bytes) {
  const int file = poison_file();
  for (size_t at = 0; at < bytes; at += kPoisonFile) {
    const size_t length = std::min(kPoisonFile, bytes - at);
    const void* piece = ::mmap(base + at, length, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, file, 0);
    if (piece == MAP_FAILED) return false;
  }
  return true;
}

size_t whole_pages(size_t bytes) {
  return (std::max<size_t>(bytes, 1) + kPage - 1) & ~(kPage - 1);
}

}  // namespace

std::unique_ptr<Backing> Backing::zeroed(size_t bytes) {
  const size_t mapped = whole_pages(bytes);
  std::byte* base = map_zeros(mapped);
  if (base == nullptr) return nullptr;
  return std::unique_ptr<Backing>(new Backing(base, bytes, mapped));
}

std::unique_ptr<Backing> Backing::poisoned(size_t bytes) {
  auto backing = zeroed(bytes);
  if (!backing) return nullptr;
  // A small one is written at once: a mapping of its own file would cost more.
  if (backing->mapped_ <= 16 * kPage) {
    std::memset(backing->base_, 0xFF, backing->mapped_);
  } else if (!lay_poison(backing->base_, backing->mapped_)) {
    return nullptr;
  }
  return backing;
}

Backing::~Backing() {
  ::munmap(base_, mapped_);
}

void copy_sparse(std::span<const std::byte> from, std::span<std::byte> to) {
  static constexpr std::byte kZeros[kPage] = {};
  for (size_t at = 0; at < from.size(); at += kPage) {
    const size_t length = std::min(kPage, from.size() - at);
    if (std::memcmp(from.data() + at, kZeros, length) == 0) continue;
    std::memcpy(to.data() + at, from.data() + at, length);
  }
}

}  // namespace axllama::standin
