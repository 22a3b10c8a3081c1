#include "runner/card_report.h"

#include "axcl/runtime.h"
#include "engine/axcl/card.h"
#include "runner/load_engine.h"

namespace axllama::runner {

Result<std::vector<CardReport>> report_cards() {
  AX_TRY(axcl::Library library, axcl::open_library(card_library_places()));
  AX_TRY(const auto runtime, axcl::Runtime::start(std::move(library)));
  AX_TRY(const std::vector<int32_t> devices, npu::choose_devices(*runtime, {}));
  std::vector<CardReport> reports;
  for (const int32_t device : devices) {
    AX_TRY(const axcl::DeviceProperties told, axcl::properties_of(*runtime, device));
    reports.push_back({device, runtime->version(), uint64_t{told.total_cmm} * 1024,
                       uint64_t{told.free_cmm} * 1024, told.temperature / 1000.0,
                       told.npu_loading / 100.0});
  }
  return reports;
}

}  // namespace axllama::runner
