#include "bench/npu_vendor.h"

#include "standin/tests/reference_loop.h"

namespace axllama {
namespace {

class Loop : public VendorLoop {
 public:
  explicit Loop(const std::string& folder) : loop_(standin::card(), folder) {}
  void prefill(std::span<const int32_t> tokens) override { loop_.prefill(tokens); }
  void decode(int32_t token) override { loop_.decode(token); }

 private:
  standin::ReferenceLoop loop_;
};

}  // namespace

std::unique_ptr<VendorLoop> load_vendor_loop(const std::string& folder) {
  return std::make_unique<Loop>(folder);
}

}  // namespace axllama
