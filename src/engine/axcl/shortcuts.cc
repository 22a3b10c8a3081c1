#include "engine/axcl/shortcuts.h"

#include <algorithm>

#include "base/trim.h"

namespace axllama::npu {
namespace {

Error unknown(std::string_view name) {
  std::string known;
  for (const ShortcutName& one : kShortcuts) known += std::string(", ") + one.name;
  return {ErrorCode::kInvalidArgument,
          "there is no NPU shortcut '" + std::string(name) + "': all, none" + known};
}

}  // namespace

Result<Shortcuts> shortcuts_from_text(std::string_view text) {
  text = trim(text, " ");
  if (text.empty() || text == "all") return kFast;
  if (text == "none") return kPlain;
  Shortcuts chosen;
  for (bool more = true; more;) {
    const size_t comma = text.find(',');
    const std::string_view name = trim(text.substr(0, comma), " ");
    const auto found = std::ranges::find(kShortcuts, name, &ShortcutName::name);
    if (found == kShortcuts.end()) return std::unexpected(unknown(name));
    chosen.*found->member = true;
    more = comma != std::string_view::npos;
    if (more) text.remove_prefix(comma + 1);
  }
  return chosen;
}

}  // namespace axllama::npu
