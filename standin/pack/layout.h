// Where the files of a model folder stand, in each layout found in the wild (spec/models.md 1).
// Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "standin/pack/hyperparameters.h"

namespace axllama::pack {

enum class Layout {
  kFlat,    // 2026: everything in one folder
  kNested,  // 2026: config.json and tokenizer at the top, the models in a subfolder
  kOld,     // 2024-25: run scripts, tokenizer folder, the models in a subfolder
};
enum class TokenizerForm { kAxera, kHuggingFace, kNone };
enum class ConfigForm { kFull, kEmpty, kMissing };

// Paths relative to the folder; of the text file or folder `tokenizer` is empty without one.
struct FolderPlan {
  std::string layer_template;  // "qwen3_p128_l%d_together.axmodel", with its subfolder
  std::string head;
  std::string embedding;
  std::string tokenizer;
};

FolderPlan plan_folder(Layout layout, TokenizerForm tokenizer, Family family, int chunk,
                       std::string_view name);
std::string layer_path(const FolderPlan& plan, int layer);

// What a layout has when the user doesn't say.
TokenizerForm usual_tokenizer(Layout layout);
ConfigForm usual_config(Layout layout);

// "Sprout 3M" as "sprout-3m": what file names can hold, never empty.
std::string file_name_of(std::string_view name);

}  // namespace axllama::pack
