#include "cli/create_plan.h"

#include <algorithm>

#include "axmodel/folder.h"
#include "axmodel/folder_contents.h"
#include "base/env.h"
#include "store/name.h"
#include "store/unconverted.h"

namespace axllama::cli {
namespace {

namespace fs = std::filesystem;

fs::path expand(std::string_view text, const fs::path& folder) {
  if (text == "~" || text.starts_with("~/")) {
    return fs::path(env_get("HOME")) / text.substr(std::min<size_t>(2, text.size()));
  }
  return folder / text;  // an absolute text stands alone
}

bool looks_like_path(std::string_view text) {
  return text.starts_with('.') || text.starts_with('/') || text.starts_with('~') ||
         text.ends_with(".gguf") || text.ends_with(".safetensors");
}

Result<fs::path> weights_in(const fs::path& folder) {
  std::vector<fs::path> found;
  fs::path unconverted;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".gguf") found.push_back(entry.path());
    if (store::is_unconverted(entry.path().string())) unconverted = entry.path();
  }
  if (found.size() == 1) return found.front();
  if (found.empty() && !unconverted.empty()) return store::refuse_unconverted(folder.string());
  if (found.empty()) {
    return fail(ErrorCode::kUnsupported, "no GGUF file in " + folder.string(),
                "a model is made of a GGUF file or of a folder compiled for the NPU");
  }
  return fail(ErrorCode::kInvalidArgument,
              std::to_string(found.size()) + " GGUF files in " + folder.string(),
              "name one of them in FROM");
}

Result<void> add_npu_folder(CreatePlan& plan, const fs::path& folder) {
  AX_TRY(const axmodel::ModelFolder model, axmodel::describe_folder(folder.string()));
  AX_TRY(const std::vector<std::string> names, axmodel::folder_contents(model));
  plan.root = model.path;
  for (const std::string& name : names) plan.files.push_back(plan.root / name);
  return {};
}

// Whether a compiled layer is in the folder or below, as far down as describe_folder looks.
bool holds_layers(const fs::path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry.depth() >= 3) entry.disable_recursion_pending();
    const std::string name = entry->path().filename().string();
    if (name.ends_with(".axmodel") || name.ends_with(".axmodel.onnx")) return true;
  }
  return false;
}

Result<void> add_from(CreatePlan& plan, const std::string& from, const fs::path& folder) {
  const fs::path path = expand(from, folder);
  std::error_code error;
  if (fs::is_regular_file(path, error)) {
    if (store::is_unconverted(path.string())) return store::refuse_unconverted(path.string());
    plan.files.push_back(path);
    return {};
  }
  if (fs::is_directory(path, error)) {
    if (holds_layers(path)) return add_npu_folder(plan, path);
    Result<fs::path> weights = weights_in(path);
    if (weights || looks_like_path(from)) {
      AX_CHECK(weights);
      plan.files.push_back(*std::move(weights));
      return {};
    }
  } else if (looks_like_path(from)) {
    return fail(ErrorCode::kNotFound, "FROM names a file that is not there: " + path.string());
  }
  AX_CHECK(store::Name::parse(from));
  plan.model.from = from;
  return {};
}

}  // namespace

Result<CreatePlan> plan_create(std::string name, const store::Modelfile& modelfile,
                               const fs::path& folder) {
  CreatePlan plan;
  NewModel& model = plan.model;
  model.name = std::move(name);
  for (const std::string& from : modelfile.from) AX_CHECK(add_from(plan, from, folder));
  for (const std::string& adapter : modelfile.adapters) {
    const fs::path path = expand(adapter, folder);
    std::error_code error;
    if (!fs::is_regular_file(path, error)) {
      return fail(ErrorCode::kNotFound, "ADAPTER names a file that is not there: " + path.string());
    }
    plan.adapters.push_back(path);
  }
  if (modelfile.has_template) model.go_template = modelfile.go_template;
  if (modelfile.has_system) model.system = modelfile.system;
  model.licenses = modelfile.licenses;
  model.parameters = modelfile.parameters;
  model.messages = modelfile.messages;
  model.renderer = modelfile.renderer;
  model.parser = modelfile.parser;
  model.required_version = modelfile.required_version;
  return plan;
}

}  // namespace axllama::cli
