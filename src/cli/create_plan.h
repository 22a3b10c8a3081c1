// From a Modelfile to what must be sent to make its model.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/requests.h"
#include "store/modelfile.h"

namespace axllama::cli {

struct CreatePlan {
  NewModel model;  // without files and adapters: their digests are not known yet
  std::vector<std::filesystem::path> files;  // weights on this machine
  std::filesystem::path root;  // of a folder: files are named as from here; empty: by last parts
  std::vector<std::filesystem::path> adapters;  // the same
};

// `folder`: where the Modelfile lies; relative paths start there. A FROM that is a file or a folder
// with one GGUF file is that file, and a folder compiled for the NPU its model files; else it is a
// model's name. kNotFound for a path that is not there, kUnsupported for a folder of another
// format, what describe_folder says of one for the NPU, kInvalidArgument for a bad name.
Result<CreatePlan> plan_create(std::string name, const store::Modelfile& modelfile,
                               const std::filesystem::path& folder);

}  // namespace axllama::cli
