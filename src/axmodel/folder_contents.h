// Which files of a model folder are the model's.
#pragma once

#include <string>
#include <vector>

#include "axmodel/folder.h"
#include "base/result.h"

namespace axllama::axmodel {

// Names relative to `model.path`, each once, sorted: layers, head, embedding table, the tokenizer's
// files, and config.json and post_config.json when they are there. A folder of just these files is
// described as `model` is, but for its own name. kIo.
Result<std::vector<std::string>> folder_contents(const ModelFolder& model);

}  // namespace axllama::axmodel
