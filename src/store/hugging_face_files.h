// What a repository of the Hugging Face hub holds. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama::store {

struct HubFile {
  std::string path;         // "qwen2.5_tokenizer/tokenizer.json"
  uint64_t size = 0;        // bytes of the file itself, not of an LFS pointer
  std::string sha256 = {};  // 64 hex digits; empty for a file that lies in git itself
  std::string git_id = {};  // SHA-1 of the git blob, 40 hex digits, where sha256 is empty
  bool operator==(const HubFile&) const = default;
};

// The answer of /api/models/<repo>/tree/<revision>; folders are left out. kCorrupt.
Result<std::vector<HubFile>> parse_hub_tree(std::string_view json);
// "sha" in the answer of /api/models/<repo>/revision/<revision>; kCorrupt.
Result<std::string> parse_hub_revision(std::string_view json);

// Whether `content` is what git calls `git_id`.
bool has_git_id(std::string_view content, std::string_view git_id);

}  // namespace axllama::store
