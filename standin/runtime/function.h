// The functions by number, for counting and for faults.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>

#include "axcl/abi.h"

namespace axllama::standin {

enum class Function : size_t {
#define AXCL_NUMBER(name, result, parameters) name,
  AXCL_PUBLIC_FUNCTIONS(AXCL_NUMBER) AXCL_HIDDEN_FUNCTIONS(AXCL_NUMBER)
#undef AXCL_NUMBER
};

inline constexpr const char* kFunctionNames[] = {
#define AXCL_NAME(name, result, parameters) #name,
    AXCL_PUBLIC_FUNCTIONS(AXCL_NAME) AXCL_HIDDEN_FUNCTIONS(AXCL_NAME)
#undef AXCL_NAME
};
inline constexpr size_t kFunctions = std::size(kFunctionNames);

inline const char* function_name(Function function) {
  return kFunctionNames[static_cast<size_t>(function)];
}

}  // namespace axllama::standin
