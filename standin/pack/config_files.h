// The small text files of a model folder: config.json, post_config.json, run scripts, README.md.
// Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "axmodel/folder.h"
#include "standin/pack/hyperparameters.h"
#include "standin/pack/layout.h"
#include "standin/pack/tokenizer.h"

namespace axllama::pack {

struct ModelDescription {
  std::string name;
  std::string tokenizer_type;  // "Qwen3"
  Hyperparameters sizes;
  FolderPlan plan;
  bool embedding = false;
};

// AXERA's config.json, the required keys and those its own files carry; an embedding model's names
// no post_config.json.
std::string config_json(const ModelDescription& model);
// The sampling defaults that AXERA ships with nearly every model.
std::string post_config_json();
// sentence-transformers' 1_Pooling/config.json.
std::string pooling_json(int hidden, axmodel::EmbeddingPooling pooling);
// `program`: "main_ax650", "main_axcl_aarch64", "main_axcl_x86"; a start script as those of 2025.
std::string run_script(const ModelDescription& model, std::string_view program);
// Says that this is for the stand-in and no real card can run it.
std::string readme(const ModelDescription& model);

// AXERA's name of the chat format: by family, and for llama only when the vocabulary has ChatML's
// markers; "" when there is none to choose.
std::string usual_tokenizer_type(Family family, const Tokenizer& tokenizer);

}  // namespace axllama::pack
