// Listening sockets: binding, and taking over what a dead server left.
#pragma once

#include "base/endpoint.h"
#include "base/fd.h"
#include "base/result.h"

namespace axllama {

// Non-blocking and listening. A wildcard host ("", "0.0.0.0", "::") listens on IPv6 and IPv4.
// kConflict when the port or path is taken, kForbidden when the system doesn't allow it, else kIo.
Result<Fd> listen_on(const Endpoint& endpoint);

// Makes a descriptor that somebody else bound fit for us; kInvalidArgument when it doesn't listen.
Result<void> check_listening(int fd);

}  // namespace axllama
