// The runtime's functions, looked up in the library by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "axcl/abi.h"
#include "base/result.h"

namespace axllama::axcl {

// One pointer for each function of the tables; null where the library lacks it. Those that
// open_library() requires are never null.
struct Functions {
#define AXCL_MEMBER(name, result, parameters) result(*name) parameters = nullptr;
  AXCL_PUBLIC_FUNCTIONS(AXCL_MEMBER)
  AXCL_HIDDEN_FUNCTIONS(AXCL_MEMBER)
#undef AXCL_MEMBER
};

// A library that was opened with dlopen. It stays open until the process ends: the vendor's
// threads can't be trusted to be gone before.
struct Library {
  std::string path;
  Functions functions;
};

// Opens the first of `places` that is there. kUnavailable when none is, naming each with its
// reason; kUnsupported when one lacks a function that we can't do without.
Result<Library> open_library(const std::vector<std::string>& places);

// Whether open_library() refuses a library without it.
bool is_required(std::string_view name);

// Where the vendor's packages put it, then the linker's path.
std::vector<std::string> usual_places();

}  // namespace axllama::axcl
