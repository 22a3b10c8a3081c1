// Which host a model's name means, and where it has the model. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/name.h"
#include "store/transfer_settings.h"
#include "store/transfer_url.h"

namespace axllama::store {

struct RegistryPlace {
  Name name;
  Url origin;          // scheme, host and port
  bool plain = false;  // http is all right
  bool is_hugging_face = false;

  std::string manifest() const;                     // "/v2/library/qwen3/manifests/4b"
  std::string blob(std::string_view digest) const;  // "/v2/library/qwen3/blobs/sha256:..."
  std::string uploads() const;                      // "/v2/library/qwen3/blobs/uploads/"
};

// `text`: as somebody wrote it, with or without scheme. kInvalidArgument "invalid model name", and
// "insecure protocol http" for http:// without `insecure`. With `insecure` every host is spoken to
// by http, as Ollama does. hf.co and huggingface.co are settings.hugging_face, whatever its scheme.
Result<RegistryPlace> registry_place(std::string_view text, bool insecure,
                                     const TransferSettings& settings);

}  // namespace axllama::store
