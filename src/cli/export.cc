#include "store/export.h"

#include "base/env.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/progress.h"

namespace axllama::cli {
namespace {

// The API gives no blobs out, so the store itself is read.
Result<void> check_local() {
  const Api api = Api::from_env();
  if (is_loopback(api.server())) return {};
  return fail(ErrorCode::kUnsupported,
              "OLLAMA_HOST names a server on another machine, " + api.server().text() +
                  ", and models are exported from the model store on this one",
              "run this command there, or without OLLAMA_HOST");
}

// An error about a store that may be the wrong one, or not ours to read.
std::unexpected<Error> of_store(const store::Store& store, Error error) {
  const std::string where = "the model store is " + store.root().string() +
                            "; OLLAMA_MODELS names another, which this user must be able to read";
  error.hint += (error.hint.empty() ? "" : "\n") + where;
  return std::unexpected(std::move(error));
}

Result<store::Export> plan(const store::Store& store, const std::string& text) {
  AX_TRY(const store::Name name, store::Name::parse(text));
  const Result<store::Manifest> manifest = store.find(name);
  if (!manifest) return of_store(store, manifest.error());
  const Result<store::Model> model = store.read(*manifest);
  if (!model) return of_store(store, model.error());
  return store::plan_export(store, *model);
}

}  // namespace

Result<int> export_command(Args args) {
  std::string name, folder;
  store::ExportHow how;
  bool json = false;
  Arguments arguments("export",
                      "Write a model into a folder: its files and a Modelfile that makes the same "
                      "model of them.");
  arguments.word("MODEL", name, "its name");
  arguments.word("FOLDER", folder, "where to; made when it is missing");
  arguments.flag("--force", how.replace, "replace files of the same names in a folder with files");
  arguments.flag("--link", how.link,
                 "hard links instead of copies: whoever writes into such a file changes the model");
  arguments.flag("--json", json, "tell the progress in lines of JSON");
  AX_TRY(const bool go, arguments.parse(args));
  if (!go) return 0;
  AX_CHECK(check_local());
  const store::Store store(store::Store::default_root());
  AX_TRY(const store::Export exported, plan(store, name));
  Progress progress(json ? Shown::kJson : Shown::kProgress);
  const Interrupt interrupt;
  const auto report = [&](uint64_t done) {
    progress.bytes("exporting " + name, done, exported.size());
  };
  AX_CHECK(store::write_export(exported, folder, how, report, interrupt.token()));
  progress.status("success");
  return 0;
}

}  // namespace axllama::cli
