// What a model folder's config.json and post_config.json say. Nothing is compared with the files
// here, and nothing is trusted: wrong types and values become remarks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "axmodel/folder.h"

namespace axllama::axmodel {

// Keys that are missing or of no use leave the fields as they are here. Names are as written in the
// file: relative to its folder, not yet checked.
struct FolderConfig {
  int layers = 0;  // axmodel_num; 0: unknown
  std::string
      layer_template;      // template_filename_axmodel, with %d once, in the last part; or empty
  std::string head;        // filename_post_axmodel
  std::string embeddings;  // filename_tokens_embed
  int embedding_rows = 0;  // tokens_embed_num; 0: unknown
  int hidden = 0;          // tokens_embed_size; 0: unknown
  std::string tokenizer;   // url_tokenizer_model
  std::string tokenizer_type;
  std::string post_config;  // post_config_path
  std::string system_prompt;
  std::vector<int> end_tokens;  // eos: one or several
  bool is_embedding = false;    // also under the key "embedding"
  bool operator==(const FolderConfig&) const = default;
};

// Nothing when `json` is not AXERA's: no JSON object, or without the key axmodel_num (a Hugging
// Face config, or 0 bytes). `remarks` gets a sentence for each key of no use, and for text that is
// no JSON.
std::optional<FolderConfig> parse_folder_config(std::string_view json,
                                                std::vector<std::string>& remarks);

// Values whose enable flag is false, and those out of range, stay absent; the latter with a remark.
SamplingDefaults parse_post_config(std::string_view json, std::vector<std::string>& remarks);

}  // namespace axllama::axmodel
