#include "serve/stand_ins.h"

#include <utility>

#include "base/log.h"
#include "serve/builds.h"

namespace axllama::serve {

void StandIns::offer(const std::string& npu, const std::string& cpu, std::string npu_name,
                     std::string cpu_name) {
  offers_[npu] = {cpu, std::move(npu_name), std::move(cpu_name)};
}

std::string StandIns::failed(const std::string& npu, Time now) const {
  const auto found = failures_.find(npu);
  return found == failures_.end() || found->second.until <= now ? "" : found->second.why;
}

void StandIns::note_failure(const std::string& npu, const Error& why, const void* request,
                            Time now) {
  const auto offer = offers_.find(npu);
  if (offer == offers_.end() || !lets_fall_back(why)) return;
  failures_[npu] = {why.text(), now + kRest};
  again_.insert(request);
  log_warn(fallback_notice(offer->second.npu_name, why.text(), offer->second.cpu_name));
}

std::string StandIns::notice(const std::string& cpu, Time now) const {
  for (const auto& [npu, offer] : offers_) {
    if (offer.cpu != cpu) continue;
    const std::string why = failed(npu, now);
    if (!why.empty()) return fallback_notice(offer.npu_name, why, offer.cpu_name);
  }
  return {};
}

std::vector<std::string> StandIns::others(const std::string& weights) const {
  std::vector<std::string> all;
  for (const auto& [npu, offer] : offers_) {
    if (npu == weights) all.push_back(offer.cpu);
    if (offer.cpu == weights) all.push_back(npu);
  }
  return all;
}

}  // namespace axllama::serve
