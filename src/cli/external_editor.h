// The user's own editor for long input.
#pragma once

#include <string>

#include "base/result.h"

namespace axllama::cli {

// Opens `text` in $OLLAMA_EDITOR, else $VISUAL, else $EDITOR, else `editor`, waits until it is
// closed, and returns what was saved, without newlines at its end. The terminal must be in its
// normal mode.
Result<std::string> edit_in_editor(const std::string& text);

}  // namespace axllama::cli
