// The vendor's loop for a model folder, call for call (standin/tests/reference_loop.h), behind an
// interface of its own: it knows the runtime by other declarations than src/axcl, so the two can't
// be seen by one source file, nor share a library's symbols.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace axllama {

// One thread. Throws std::runtime_error.
class VendorLoop {
 public:
  virtual ~VendorLoop() = default;
  // Evaluates tokens by chunks at the end of what is there, and reads the last one's logits.
  virtual void prefill(std::span<const int32_t> tokens) = 0;
  // The same for one token, by the decode group.
  virtual void decode(int32_t token) = 0;
};

// Loads the folder on the first card. Before any other use of the card by the calling thread.
[[gnu::visibility("default")]] std::unique_ptr<VendorLoop> load_vendor_loop(
    const std::string& folder);

}  // namespace axllama
