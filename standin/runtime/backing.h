// Host memory behind one allocation of the card, full of poison until it is written.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace axllama::standin {

// Fresh memory reads as 0xFF bytes, which are NaN in bf16, f16 and f32, so that a program that
// forgets to clear a cache is noticed. Large memory is a private mapping of one small file of
// poison: it costs nothing until a page is written. Unmapped when it goes, so that a late access of
// ours faults.
class Backing {
 public:
  // Null when the host has no memory.
  static std::unique_ptr<Backing> poisoned(size_t bytes);
  // Zero bytes, for copies of sparse files: pages that are never written cost nothing.
  static std::unique_ptr<Backing> zeroed(size_t bytes);
  ~Backing();
  Backing(const Backing&) = delete;
  Backing& operator=(const Backing&) = delete;

  std::span<std::byte> bytes() const { return {base_, size_}; }

 private:
  Backing(std::byte* base, size_t size, size_t mapped)
      : base_(base), size_(size), mapped_(mapped) {}
  std::byte* base_;
  size_t size_;
  size_t mapped_;
};

inline constexpr std::byte kPoison{0xFF};

// Copies, leaving out 4 KB pieces of zeros: `to` must be zero.
void copy_sparse(std::span<const std::byte> from, std::span<std::byte> to);

}  // namespace axllama::standin
