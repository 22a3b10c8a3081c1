// `axllama serve`: the server process from its start to its end.
#pragma once

namespace axllama::serve {

// Listens where OLLAMA_HOST says and serves until SIGINT or SIGTERM. Returns the exit code.
int main_serve();

}  // namespace axllama::serve
