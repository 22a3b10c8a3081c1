// Beginning and end, log, versions, and what the stand-in has of its own.
#include <cstdarg>
#include <cstdio>
#include <string>

#include "standin/runtime/device_calls.h"
#include "standin/runtime/exports.h"
#include "standin/runtime/say.h"
#include "standin/runtime/version.h"
#include "standin/standin.h"

namespace axllama::axcl {

extern "C" {

// `json` names no file that is read: the log settings and DMA buffer sizes it may hold mean nothing
// here, whether it is null, empty, a path or JSON itself.
Code axclInit(const char* /*json*/) {
  AXCL_PERFORM(axclInit, Code, call.runtime().init(call.settings()));
}

Code axclFinalize() {
  AXCL_PERFORM(axclFinalize, Code, call.runtime().finalize());
}

Code axclSetLogLevel(int32_t /*level*/) {
  AXCL_PERFORM(axclSetLogLevel, Code, standin::kOk);
}

void axclAppLog(int32_t level, const char* function, const char* file, uint32_t line,
                const char* format, ...) {
  standin::Runtime& runtime = standin::Runtime::get();
  runtime.counters.call(standin::Function::axclAppLog, false);
  if (format == nullptr) return;
  char text[1024];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  const std::string where = std::string(function == nullptr ? "" : function) + " " +
                            (file == nullptr ? "" : file) + ":" + std::to_string(line);
  standin::say(standin::LogLevel::kDebug,
               "log " + std::to_string(level) + " [" + where + "] " + text);
}

Code axclrtGetVersion(int32_t* major, int32_t* minor, int32_t* patch) {
  AXCL_PERFORM(axclrtGetVersion, Code, standin::version(call, major, minor, patch));
}

const char* axclrtGetFullVersion() {
  AXCL_PERFORM(axclrtGetFullVersion, const char*, standin::full_version(call));
}

const char* axclrtGetSocName() {
  AXCL_PERFORM(axclrtGetSocName, const char*, standin::soc_name(call));
}

__attribute__((visibility("default"))) const char* axclStandinCounters(void) {
  thread_local std::string text;
  text = standin::Runtime::get().counters_json();
  return text.c_str();
}

__attribute__((visibility("default"))) void axclStandinReset(void) {
  standin::Runtime::get().counters.reset();
  standin::Runtime::get().timeline.reset();
}

__attribute__((visibility("default"))) uint64_t axclStandinNow(void) {
  return static_cast<uint64_t>(standin::Runtime::get().timeline.now());
}

}  // extern "C"

}  // namespace axllama::axcl
