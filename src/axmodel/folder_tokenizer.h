// Finds a model folder's tokenizer, and guesses what kind of model it is for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "axmodel/folder.h"
#include "axmodel/folder_settings.h"

namespace axllama::axmodel {

struct FoundTokenizer {
  TokenizerKind kind = TokenizerKind::kNone;
  std::string path;
};

// The file or folder that config.json names; without one that is there, the nearest to `folder`,
// from there up to the root: a folder "*tokenizer*" with tokenizer.json (or vocab.json and
// merges.txt), tokenizer.json beside the model's files, or a text file "*tokenizer*.txt". What is
// not named and not found is a remark; what is named and has no substitute is a problem, and so is
// a file that is no tokenizer (LFS pointer, text that doesn't begin with 430).
FoundTokenizer find_tokenizer(const FolderTree& tree, const std::optional<ChosenConfig>& chosen,
                              const std::string& folder, Findings& findings);

// AXERA's tokenizer_type ("Qwen3") by the first of `names` (of files and folders) that tells; empty
// when none does, and for models that AXERA has no type for (DeepSeek-R1).
std::string guess_tokenizer_type(const std::vector<std::string>& names);

}  // namespace axllama::axmodel
