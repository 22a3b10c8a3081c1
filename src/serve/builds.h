// The builds of a model: a name may stand for two, GGUF for the CPU and a folder compiled for the
// NPU. Beside NAME:TAG the latter is called NAME:TAG-npu, or NAME:npu where the tag is latest. Pure
// functions of values.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "core/device.h"
#include "store/name.h"
#include "store/published.h"

namespace axllama::serve {

// The name that this one's build for the NPU has.
store::Name npu_name(const store::Name& name);

// What the store has under a name, and under its npu_name.
struct Builds {
  bool named = false;
  bool named_is_npu = false;
  bool npu = false;
};

enum class Build { kNamed, kNpu };

struct BuildChoice {
  Build build = Build::kNamed;
  // The CPU's build stands in when the card can't be used, and the client is told so.
  bool may_fall_back = false;
  bool operator==(const BuildChoice&) const = default;
};

// The NPU's build where there is one, unless the wish says otherwise. `sent`: the name as the
// client wrote it, for errors. kNotFound when there is nothing at all; kUnsupported when there is
// no build for the device wished.
Result<BuildChoice> choose_build(std::string_view sent, const Builds& builds,
                                 const DeviceWish& wish);

// The catalogue's entry that a name to pull means, and the name that it gets in the store; no
// entry: the registry is asked. What is for the NPU comes where a card is, or when it is wished
// for, or named as npu_name() does. kNotFound when it is wished for and not in the catalogue.
struct PullChoice {
  const store::PublishedModel* published = nullptr;
  store::Name as;
};
Result<PullChoice> choose_pull(const store::Name& name,
                               std::span<const store::PublishedModel> published,
                               const DeviceWish& wish, bool card_is_there);

// Whether a failed load on the NPU lets the CPU's build stand in: not when the client is gone or
// the server is too busy.
bool lets_fall_back(const Error& error);

// "qwen3:4b runs on the CPU, for the NPU build qwen3:4b-npu can't be used: no card is connected"
std::string fallback_notice(std::string_view npu, std::string_view why, std::string_view named);

}  // namespace axllama::serve
