// Model names: [scheme://][host/][namespace/]model[:tag], as spec/ollama.md 5.3 says.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace axllama::store {

struct Name {
  std::string host = "registry.ollama.ai";
  std::string space = "library";  // the namespace
  std::string model = {};
  std::string tag = "latest";

  // Parts missing in `text` get the defaults. kInvalidArgument "invalid model name" when a part is
  // missing or has a letter or length that is not allowed.
  static Result<Name> parse(std::string_view text);

  // Without default host and namespace, always with the tag: "sprout:latest".
  std::string short_text() const;
  // Everything: "registry.ollama.ai/library/sprout:latest".
  std::string full_text() const;
  bool operator==(const Name&) const = default;
};

}  // namespace axllama::store
