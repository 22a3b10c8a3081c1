// What `/?` and incomplete commands print at the prompt.
#pragma once

namespace axllama::cli {

extern const char* const kReplHelp;
extern const char* const kSetHelp;
extern const char* const kShowHelp;
extern const char* const kShortcutsHelp;

}  // namespace axllama::cli
