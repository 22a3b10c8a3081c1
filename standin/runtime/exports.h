// Declares every exported function out of the ABI's table, so that a definition with another
// signature does not compile.
#pragma once

#include "axcl/abi.h"
#include "standin/runtime/call.h"

namespace axllama::axcl {

#define AXCL_DECLARE(name, result, parameters) \
  extern "C" __attribute__((visibility("default"))) result name parameters;
AXCL_PUBLIC_FUNCTIONS(AXCL_DECLARE)
AXCL_HIDDEN_FUNCTIONS(AXCL_DECLARE)
#undef AXCL_DECLARE

// The body of an exported function: AXCL_PERFORM(axclrtFree, Code, free_memory(call, device)).
#define AXCL_PERFORM(name, result, expression) \
  return standin::perform<result>(             \
      standin::Function::name, [&]([[maybe_unused]] standin::Call& call) { return expression; })

}  // namespace axllama::axcl
