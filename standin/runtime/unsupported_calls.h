// Functions that are only there to be linked to.
#pragma once

#include "axcl/abi.h"
#include "standin/runtime/call.h"

namespace axllama::standin {

// Says on stderr which function is not imitated. <sub>'s UNSUPPORT.
Code unsupported(const Call& call, Sub sub);

}  // namespace axllama::standin
