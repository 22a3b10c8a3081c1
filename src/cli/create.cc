#include <cstdio>

#include "base/fd.h"
#include "cli/blob_transfer.h"
#include "cli/commands.h"
#include "cli/create_plan.h"
#include "cli/progress.h"
#include "cli/replies.h"

namespace axllama::cli {
namespace {

namespace fs = std::filesystem;

Result<CreatePlan> read_plan(const std::string& name, const fs::path& path) {
  const auto text = read_file(path);
  if (!text) {
    return fail(ErrorCode::kNotFound, text.error().message,
                "-f FILE names the Modelfile; its one needful line is FROM /path/to/model.gguf");
  }
  AX_TRY(const store::Modelfile modelfile, store::parse_modelfile(*text));
  for (const std::string& warning : modelfile.warnings) {
    std::fprintf(stderr, "Warning: %s\n", warning.c_str());
  }
  return plan_create(name, modelfile, path.parent_path());
}

// `root`: what the files' names start from; empty: the last part is the name.
Result<void> bring_files(const Api& api, const std::vector<fs::path>& files, const fs::path& root,
                         std::vector<std::pair<std::string, std::string>>& digests,
                         Progress& progress) {
  for (const fs::path& file : files) {
    AX_TRY(std::string digest, bring_file(api, file, progress));
    const fs::path name = root.empty() ? file.filename() : file.lexically_relative(root);
    digests.emplace_back(name.string(), std::move(digest));
  }
  return {};
}

Result<void> create(const Api& api, const NewModel& model, Progress& progress) {
  bool success = false;
  const auto on_line = [&](std::string_view line) -> Result<void> {
    AX_TRY(const ProgressLine step, read_progress(line));
    success = step.status == "success";
    if (step.total > 0) {
      progress.bytes(step.status, step.completed, step.total);
    } else {
      progress.status(step.status);
    }
    return {};
  };
  AX_CHECK(api.stream("/api/create", create_body(model), {on_line}));
  if (!success) return fail(ErrorCode::kUnavailable, "the server broke off before its end");
  return {};
}

}  // namespace

Result<int> create_command(Args args) {
  std::string name, file = "Modelfile", quantize;
  Arguments arguments("create", "Make a model of a Modelfile.");
  arguments.word("MODEL", name, "its name");
  arguments.option("-f,--file", file, "the Modelfile (default: Modelfile)");
  arguments.option("-q,--quantize", quantize, "quantize to this level, where the server can");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  AX_TRY(CreatePlan plan, read_plan(name, file));
  plan.model.quantize = quantize;
  const Api api = Api::from_env();
  AX_CHECK(api.get("/api/version"));  // before any file is read: is there a server?
  Progress progress;
  AX_CHECK(bring_files(api, plan.files, plan.root, plan.model.files, progress));
  AX_CHECK(bring_files(api, plan.adapters, {}, plan.model.adapters, progress));
  AX_CHECK(create(api, plan.model, progress));
  return 0;
}

}  // namespace axllama::cli
