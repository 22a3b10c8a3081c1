// The CPU's builds that stand in where the NPU's could not be loaded. Loop's thread only.
//
// A request for a model with both builds first tries the NPU's. When that can't be loaded the
// request is handled once more, now with the CPU's build, and so are all that follow for a while.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"

namespace axllama::serve {

class StandIns {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // How long the NPU is left alone after a failure. A retry ends the runner on the CPU, so that it
  // must not be had often; whoever has mended the card asks for the NPU by name, or restarts.
  static constexpr std::chrono::minutes kRest{5};

  // The model with the weights `npu` could be replaced by the one with the weights `cpu`.
  void offer(const std::string& npu, const std::string& cpu, std::string npu_name,
             std::string cpu_name);
  // Why the NPU's build is left alone now; empty: it is to be tried.
  std::string failed(const std::string& npu, Time now) const;
  // A load of `npu` failed while `request` waited for it: the address of whatever is its own. Does
  // nothing when nobody can stand in.
  void note_failure(const std::string& npu, const Error& why, const void* request, Time now);
  void note_success(const std::string& npu) { failures_.erase(npu); }
  // Whether the request is to be handled again. True once for each note_failure.
  bool takes_over(const void* request) { return again_.erase(request) > 0; }
  // What to tell a client whose model has the weights `cpu`; empty: it is nobody's stand-in now.
  std::string notice(const std::string& cpu, Time now) const;
  // The weights of the builds that stand beside this one.
  std::vector<std::string> others(const std::string& weights) const;

 private:
  struct Offer {
    std::string cpu, npu_name, cpu_name;
  };
  struct Failure {
    std::string why;
    Time until;
  };
  std::map<std::string, Offer> offers_;      // by the weights of the NPU's build
  std::map<std::string, Failure> failures_;  // the same
  std::set<const void*> again_;
};

}  // namespace axllama::serve
