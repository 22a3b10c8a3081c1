#include "base/env.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>

#include "base/trim.h"

namespace axllama {
namespace {

constexpr std::array kEnvTable = {
    EnvVar{"OLLAMA_HOST", "127.0.0.1:11434", "address the server listens on and clients call"},
    EnvVar{"OLLAMA_MODELS", "~/.ollama/models", "folder of the model store"},
    EnvVar{"OLLAMA_ORIGINS", "", "further web origins that may call, comma-separated"},
    EnvVar{"OLLAMA_KEEP_ALIVE", "5m", "how long a model stays loaded after its last request"},
    EnvVar{"OLLAMA_LOAD_TIMEOUT", "5m", "how long a load may stand still; 0 or less: for ever"},
    EnvVar{"OLLAMA_CONTEXT_LENGTH", "4096", "context length of a model whose request names none"},
    EnvVar{"OLLAMA_NUM_PARALLEL", "1", "requests that one model serves at the same time"},
    EnvVar{"OLLAMA_MAX_QUEUE", "512", "requests that may wait for a model"},
    EnvVar{"OLLAMA_NOPRUNE", "0", "keep blobs that no model needs"},
    EnvVar{"OLLAMA_NO_CLOUD", "0", "told in /api/status; there is no cloud here in any case"},
    EnvVar{"OLLAMA_GO_TEMPLATE", "whichever can do more",
           "1: TEMPLATE goes before a GGUF's Jinja template; 0: after it"},
    EnvVar{"OLLAMA_DEBUG", "0", "1: debug log, 2: trace log"},
    EnvVar{"OLLAMA_NOHISTORY", "0", "keep no history of what is typed into `axllama run`"},
    EnvVar{"OLLAMA_EDITOR", "$VISUAL, $EDITOR", "editor for long input in `axllama run`"},
    EnvVar{"VISUAL", "", "editor when OLLAMA_EDITOR is unset"},
    EnvVar{"EDITOR", "", "editor when VISUAL is unset"},
    EnvVar{"AXLLAMA_API_VERSION", "the level this build implements",
           "Ollama version that /api/version reports"},
    EnvVar{"AXLLAMA_LIB_DIR", "found beside the program", "folder of the ggml CPU backends"},
    EnvVar{"AXLLAMA_RUNTIME_DIR", "$XDG_RUNTIME_DIR, else /tmp", "folder of the runners' sockets"},
    EnvVar{"AXLLAMA_DEVICE", "what fits best", "where models run: cpu, npu, npu:1"},
    EnvVar{"AXLLAMA_AXCL_LIBRARY", "/usr/lib/axcl/libaxcl_rt.so, then the linker's path",
           "the card's runtime library"},
    EnvVar{"AXLLAMA_PARK", "an eighth of the memory, at most 1GiB",
           "host memory of a model for conversations that lost their slot; 0: none"},
    EnvVar{"AXLLAMA_NPU_SHORTCUTS", "all",
           "shortcuts the NPU engine may take: none, or their names"},
    EnvVar{"AXLLAMA_END_TIMEOUT", "2m", "how long a runner in a call to the card may take to end"},
    EnvVar{"AXLLAMA_CATALOGUE_URL", "", "where `axllama catalogue update` takes a newer list from"},
    EnvVar{"AXLLAMA_PULL_PART", "16000000",
           "bytes of the smallest part in which a file is pulled"},
    EnvVar{"AXLLAMA_PULL_STALL", "30s", "how long a transfer may stand still before it is renewed"},
    EnvVar{"AXLLAMA_PULL_BACKOFF", "1s", "wait before the second try of a transfer, then doubled"},
    EnvVar{"HF_TOKEN", "", "token for private and gated models of Hugging Face"},
    EnvVar{"HF_ENDPOINT", "https://huggingface.co", "where models named hf.co/... are pulled from"},
    EnvVar{"HTTP_PROXY", "", "proxy for http, also http_proxy"},
    EnvVar{"HTTPS_PROXY", "", "proxy for https, also https_proxy"},
    EnvVar{"NO_PROXY", "", "hosts that are asked without a proxy, also no_proxy"},
    EnvVar{"http_proxy", "", "as HTTP_PROXY"},
    EnvVar{"https_proxy", "", "as HTTPS_PROXY"},
    EnvVar{"no_proxy", "", "as NO_PROXY"},
    EnvVar{"SSL_CERT_FILE", "the system's", "certificates to trust, in one file"},
    EnvVar{"SSL_CERT_DIR", "the system's", "certificates to trust, in a folder"},
    EnvVar{"XDG_CACHE_HOME", "~/.cache", "folder of what is made of NPU models' tokenizers"},
    EnvVar{"XDG_RUNTIME_DIR", "", "as the desktop sets it"},
    EnvVar{"XDG_STATE_HOME", "~/.local/state", "folder of the log of a server that `run` started"},
    EnvVar{"HOME", "", "as the login sets it"},
};

}  // namespace

std::span<const EnvVar> env_table() {
  return kEnvTable;
}

std::string env_get(std::string_view name) {
  const auto row = std::ranges::find(kEnvTable, name, &EnvVar::name);
  if (row == kEnvTable.end()) {
    std::fprintf(stderr, "bug: environment variable %.*s is not in the table\n",
                 static_cast<int>(name.size()), name.data());
    std::abort();
  }
  const char* value = std::getenv(row->name);
  return value == nullptr ? std::string{} : std::string(trim(trim(value), "\"'"));
}

bool env_flag(std::string_view name) {
  const std::string value = env_get(name);
  constexpr std::array kFalse = {"", "0", "f", "F", "false", "FALSE", "False"};
  return std::ranges::find(kFalse, std::string_view(value)) == kFalse.end();
}

}  // namespace axllama
