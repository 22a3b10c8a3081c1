#include "standin/runtime/unsupported_calls.h"

#include <string>

#include "standin/runtime/say.h"

namespace axllama::standin {

Code unsupported(const Call& call, Sub sub) {
  say(LogLevel::kMisuse, std::string(function_name(call.function())) + " is not imitated");
  return code(sub, Err::kUnsupport);
}

}  // namespace axllama::standin
