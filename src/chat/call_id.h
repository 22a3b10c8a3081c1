// Names for tool calls that the model gave none.
#pragma once

#include <string>

namespace axllama {

// "call_" and eight random letters or digits. Any thread may call.
std::string make_call_id();

}  // namespace axllama
