// The named switches between the plain path, which is the vendor's own order of copies and calls,
// and the fast one. Each must give the same bits; the self-check turns off what doesn't.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama::npu {

struct Shortcuts {
  bool shared_inputs = false;  // indices and mask are sent once a token, not once a layer
  bool one_upload = false;   // and together with the hidden row, in one block (with shared_inputs)
  bool kv_in_place = false;  // new keys and values are written straight into their cache row
  bool chained_hidden = false;  // a layer's output is bound as the next one's input
  bool async_chain = false;     // all layers and the head are queued, then waited for once
  bool async_chunks = false;    // likewise all layers of a chunk of the prompt
  bool operator==(const Shortcuts&) const = default;
};

inline constexpr Shortcuts kPlain = {};
inline constexpr Shortcuts kFast = {true, true, true, true, true, true};

// From this table come the log, /api/ps and the self-check.
struct ShortcutName {
  const char* name;
  bool Shortcuts::* member;
};
inline constexpr std::array kShortcuts = {
    ShortcutName{"shared_inputs", &Shortcuts::shared_inputs},
    ShortcutName{"one_upload", &Shortcuts::one_upload},
    ShortcutName{"kv_in_place", &Shortcuts::kv_in_place},
    ShortcutName{"chained_hidden", &Shortcuts::chained_hidden},
    ShortcutName{"async_chain", &Shortcuts::async_chain},
    ShortcutName{"async_chunks", &Shortcuts::async_chunks},
};

// Those that are on in both.
inline Shortcuts both(const Shortcuts& a, const Shortcuts& b) {
  Shortcuts result;
  for (const ShortcutName& one : kShortcuts) result.*one.member = a.*one.member && b.*one.member;
  return result;
}

// "" or "all": all of them; "none": the plain path; else names with commas between.
// kInvalidArgument, with the names there are, for one that nobody knows.
Result<Shortcuts> shortcuts_from_text(std::string_view text);

}  // namespace axllama::npu
