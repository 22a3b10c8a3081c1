#include <cstdio>

#include "base/fd.h"
#include "cli/blob_transfer.h"
#include "cli/commands.h"
#include "cli/create_plan.h"
#include "cli/requests.h"
#include "cli/transfer.h"

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

// The way of a model's files into the store.
class Carrier {
 public:
  Carrier(const Api& api, Bringing how, Progress& progress)
      : api_(api), how_(how), progress_(progress) {}

  // `root`: what the files' names start from; empty: the last part is the name.
  Result<void> bring(const std::vector<fs::path>& files, const fs::path& root,
                     std::vector<std::pair<std::string, std::string>>& digests) {
    for (const fs::path& file : files) {
      AX_TRY(store::LinkedFile brought, bring_file(api_, file, how_, progress_));
      const fs::path name = root.empty() ? file.filename() : file.lexically_relative(root);
      digests.emplace_back(name.string(), std::move(brought.digest));
      if (brought.symbolic) kept_.push_back(file);
    }
    return {};
  }
  // Files that the model needs where they are.
  const std::vector<fs::path>& kept() const { return kept_; }

 private:
  const Api& api_;
  Bringing how_;
  Progress& progress_;
  std::vector<fs::path> kept_;
};

// What somebody must know who has files linked into the store.
void tell_kept(const std::vector<fs::path>& files) {
  if (files.empty()) return;
  std::error_code error;
  const std::string first = fs::absolute(files.front(), error).lexically_normal().string();
  if (files.size() == 1) {
    std::fprintf(stderr, "Note: the model needs %s where and as it is\n", first.c_str());
  } else {
    std::fprintf(stderr, "Note: the model needs %zu files where and as they are: %s, ...\n",
                 files.size(), first.c_str());
  }
}

Result<void> check_link(const CreatePlan& plan) {
  if (!plan.files.empty() || !plan.adapters.empty()) return {};
  return fail(ErrorCode::kInvalidArgument,
              "--link: there is no file to link, for FROM names the model " + plan.model.from,
              "it shares the files of that model as it is");
}

}  // namespace

Result<int> create_command(Args args) {
  std::string name, file = "Modelfile", quantize;
  bool link = false, json = false;
  Arguments arguments("create", "Make a model of a Modelfile.");
  arguments.word("MODEL", name, "its name");
  arguments.option("-f,--file", file, "the Modelfile (default: Modelfile)");
  arguments.option("-q,--quantize", quantize, "quantize to this level, where the server can");
  arguments.flag("--link", link,
                 "copy no file into the store: share it (by its blocks or a hard link), else refer "
                 "to it, so that the model needs it where and as it is");
  arguments.flag("--json", json, "tell the progress in lines of JSON, as the server streams it");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  AX_TRY(CreatePlan plan, read_plan(name, file));
  if (link) AX_CHECK(check_link(plan));
  plan.model.quantize = quantize;
  const Api api = Api::from_env();
  AX_CHECK(api.get("/api/version"));  // before any file is read: is there a server?
  Progress progress(json ? Shown::kJson : Shown::kProgress);
  Carrier carrier(api, link ? Bringing::kLink : Bringing::kCopy, progress);
  AX_CHECK(carrier.bring(plan.files, plan.root, plan.model.files));
  AX_CHECK(carrier.bring(plan.adapters, {}, plan.model.adapters));
  AX_CHECK(follow_transfer(api, "/api/create", create_body(plan.model), progress));
  progress.clear();
  tell_kept(carrier.kept());
  return 0;
}

}  // namespace axllama::cli
