// Whether the card would run a group with these buffers: the rules that users measured, each a
// setting. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "axmodel/container.h"
#include "standin/runtime/device_memory.h"
#include "standin/runtime/settings.h"

namespace axllama::standin {

// A tensor's buffer in card memory; without a range it isn't bound.
struct Binding {
  std::optional<DeviceRange> range;  // of the tensor's size
  uint64_t bound_bytes = 0;          // as the program said; at least the tensor's size
};

struct BindingCheck {
  const axmodel::Group& group;
  const std::vector<Binding>& inputs;  // in the group's order
  const std::vector<Binding>& outputs;
  bool other_group = false;  // the IO handle ran another group before
};

struct Verdict {
  Rule rule = Rule::kAllow;
  std::string why = {};  // for people; empty when allowed
};

// The severest of what the settings say to the rules that are broken. An unbound tensor counts only
// when bind_all refuses it: it reads as NaN by itself.
Verdict judge(const BindingCheck& check, const Settings& settings);

// A group that takes one token: its "indices" have one element. Groups without are neither.
bool is_decode(const axmodel::Group& group);
bool is_chunk(const axmodel::Group& group);

}  // namespace axllama::standin
