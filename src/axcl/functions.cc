#include "axcl/functions.h"

#include <dlfcn.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace axllama::axcl {
namespace {

// What we can't do without. The rest is missed where it is used: no ExecuteAsync, for one, means
// that every Execute blocks.
constexpr std::string_view kRequired[] = {"axclInit",
                                          "axclFinalize",
                                          "axclrtGetDeviceList",
                                          "axclrtSetDevice",
                                          "axclrtResetDevice",
                                          "axclrtCreateContext",
                                          "axclrtDestroyContext",
                                          "axclrtSetCurrentContext",
                                          "axclrtMalloc",
                                          "axclrtFree",
                                          "axclrtMemcpy",
                                          "axclrtEngineInit",
                                          "axclrtEngineFinalize",
                                          "axclrtEngineLoadFromFile",
                                          "axclrtEngineUnload",
                                          "axclrtEngineGetIOInfo",
                                          "axclrtEngineDestroyIOInfo",
                                          "axclrtEngineGetShapeGroupsCount",
                                          "axclrtEngineGetNumInputs",
                                          "axclrtEngineGetNumOutputs",
                                          "axclrtEngineGetInputSizeByIndex",
                                          "axclrtEngineGetOutputSizeByIndex",
                                          "axclrtEngineGetInputNameByIndex",
                                          "axclrtEngineGetOutputNameByIndex",
                                          "axclrtEngineCreateIO",
                                          "axclrtEngineDestroyIO",
                                          "axclrtEngineSetInputBufferByIndex",
                                          "axclrtEngineSetOutputBufferByIndex",
                                          "axclrtEngineCreateContext",
                                          "axclrtEngineExecute"};

Functions look_up(void* library, std::string& missing) {
  Functions found;
#define AXCL_LOOK_UP(name, result, parameters)                                  \
  found.name = reinterpret_cast<result(*) parameters>(::dlsym(library, #name)); \
  if (found.name == nullptr && is_required(#name)) missing += std::string(" ") + #name;
  AXCL_PUBLIC_FUNCTIONS(AXCL_LOOK_UP)
  AXCL_HIDDEN_FUNCTIONS(AXCL_LOOK_UP)
#undef AXCL_LOOK_UP
  return found;
}

}  // namespace

bool is_required(std::string_view name) {
  return std::ranges::find(kRequired, name) != std::end(kRequired);
}

Result<Library> open_library(const std::vector<std::string>& places) {
  std::string reasons;
  for (const std::string& place : places) {
    // Global: the vendor's own libraries look each other up.
    void* const library = ::dlopen(place.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (library == nullptr) {
      reasons += std::string(reasons.empty() ? "" : "; ") + ::dlerror();
      continue;
    }
    std::string missing;
    const Functions functions = look_up(library, missing);
    if (!missing.empty()) {
      return fail(ErrorCode::kUnsupported, place + " lacks" + missing,
                  "install the axclhost package of SDK 2.25 or newer");
    }
    return Library{place, functions};
  }
  return fail(ErrorCode::kUnavailable, "no AXCL runtime: " + reasons,
              "install the axclhost package, or set AXLLAMA_AXCL_LIBRARY");
}

std::vector<std::string> usual_places() {
  return {"/usr/lib/axcl/libaxcl_rt.so", "/usr/lib/axcl/libaxcl_rt.so.1", "libaxcl_rt.so",
          "libaxcl_rt.so.1"};
}

}  // namespace axllama::axcl
