// The codes the runtime answers with, by what went wrong.
#pragma once

#include "axcl/abi.h"

namespace axllama::standin {

using axcl::Code;
using axcl::code;
using axcl::Err;
using axcl::Sub;

inline constexpr Code kOk = 0;
// Codes without module and sub, as the real runtime returns in a few places.
inline constexpr Code kPlainNullPointer = 2;
inline constexpr Code kPlainUnsupported = 4;
inline constexpr Code kPlainFail = -1;

// The message never reached the card, or no answer came.
inline constexpr Code kSendFailed = code(Sub::kTask, Err::kExecuteFail);
inline constexpr Code kSendTimeout = code(Sub::kTask, Err::kTimeout);
inline constexpr Code kNoContext = code(Sub::kContext, Err::kNoBindContext);
inline constexpr Code kNotDeviceMemory = code(Sub::kMemory, Err::kNotDeviceMemory);
inline constexpr Code kMemoryNull = code(Sub::kMemory, Err::kNullPointer);
inline constexpr Code kEngineNull = code(Sub::kEngine, Err::kNullPointer);
inline constexpr Code kEngineParam = code(Sub::kEngine, Err::kIllegalParam);
inline constexpr Code kEngineIndex = code(Sub::kEngine, Err::kInvalidIndex);
inline constexpr Code kEngineFailed = code(Sub::kEngine, Err::kExecuteFail);
inline constexpr Code kStreamNull = code(Sub::kStream, Err::kNullPointer);
// Work on a stream failed; which and why the real runtime doesn't say.
inline constexpr Code kStreamWorkFailed = code(Sub::kSysctrl, Err::kExecuteFail);
// Of streams and of events, which share the sub module.
inline constexpr Code kStreamDestroy = code(Sub::kStream, static_cast<Err>(0x82));
inline constexpr Code kEventRecord = code(Sub::kStream, static_cast<Err>(0x83));
inline constexpr Code kEventWait = code(Sub::kStream, static_cast<Err>(0x84));
inline constexpr Code kDeviceNull = code(Sub::kDevice, Err::kNullPointer);
inline constexpr Code kDeviceId = code(Sub::kDevice, Err::kInvalidId);
inline constexpr Code kContextNull = code(Sub::kContext, Err::kNullPointer);

}  // namespace axllama::standin
