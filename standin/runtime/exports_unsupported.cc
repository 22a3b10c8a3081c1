// What the stand-in does not imitate: it says so.
#include "standin/runtime/exports.h"
#include "standin/runtime/unsupported_calls.h"

namespace axllama::axcl {

extern "C" {

Code axclrtCreateP2PUnit(const void* /*info*/, void** /*unit*/) {
  AXCL_PERFORM(axclrtCreateP2PUnit, Code, standin::unsupported(call, standin::Sub::kP2p));
}

Code axclrtDestoryP2PUnit(void* /*unit*/) {
  AXCL_PERFORM(axclrtDestoryP2PUnit, Code, standin::unsupported(call, standin::Sub::kP2p));
}

Code axclrtTransferFile(const char* /*from*/, const char* /*to*/, int32_t /*policy*/) {
  AXCL_PERFORM(axclrtTransferFile, Code, standin::unsupported(call, standin::Sub::kUsrwork));
}

Code axclrtExecWorker(const char* /*path*/, const int32_t* /*argc*/, const char** /*argv*/,
                      uint32_t* /*pid*/) {
  AXCL_PERFORM(axclrtExecWorker, Code, standin::unsupported(call, standin::Sub::kUsrwork));
}

Code axclrtKillWorker(uint32_t /*pid*/) {
  AXCL_PERFORM(axclrtKillWorker, Code, standin::unsupported(call, standin::Sub::kUsrwork));
}

Code axclrtWorkerSend(uint32_t /*pid*/, const void* /*data*/, size_t /*size*/) {
  AXCL_PERFORM(axclrtWorkerSend, Code, standin::unsupported(call, standin::Sub::kUsrwork));
}

Code axclrtWorkerRecv(uint32_t /*pid*/, void* /*data*/, size_t /*size*/) {
  AXCL_PERFORM(axclrtWorkerRecv, Code, standin::unsupported(call, standin::Sub::kUsrwork));
}

Code axclrtControlExecuteShellCmd(int32_t /*device*/, const char* /*command*/) {
  AXCL_PERFORM(axclrtControlExecuteShellCmd, Code,
               standin::unsupported(call, standin::Sub::kSysctrl));
}

}  // extern "C"

}  // namespace axllama::axcl
