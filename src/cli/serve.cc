#include "cli/commands.h"
#include "serve/main_serve.h"

namespace axllama::cli {

Result<int> serve_command(Args args) {
  Arguments arguments("serve", "Start the server. OLLAMA_HOST says where it listens.");
  AX_TRY(const bool go, arguments.parse(args));
  return go ? serve::main_serve() : 0;
}

}  // namespace axllama::cli
