#include "cli/command.h"
#include "cli/commands.h"

namespace {

using axllama::cli::Command;

constexpr Command kCommands[] = {
    {"serve", "start", "Start the server", axllama::cli::serve_command},
    {"run", nullptr, "Talk to a model, or ask it one thing", axllama::cli::run_command},
    {"create", nullptr, "Make a model of a Modelfile", axllama::cli::create_command},
    {"export", nullptr, "Write a model into a folder", axllama::cli::export_command},
    {"pull", nullptr, "Bring a model from a registry", axllama::cli::pull_command},
    {"push", nullptr, "Send a model to a registry", axllama::cli::push_command},
    {"show", nullptr, "Show what a model is", axllama::cli::show_command},
    {"list", "ls", "List the installed models, or those there are to pull",
     axllama::cli::list_command},
    {"ps", nullptr, "List the loaded models", axllama::cli::ps_command},
    {"stop", nullptr, "Unload a model", axllama::cli::stop_command},
    {"cp", nullptr, "Give a model another name too", axllama::cli::cp_command},
    {"rm", nullptr, "Remove models", axllama::cli::rm_command},
    {"devices", nullptr, "List the NPU cards", axllama::cli::devices_command},
    {"catalogue", nullptr, "Renew the list of models to pull", axllama::cli::catalogue_command},
    {"runner", nullptr, "Hold one model and serve it, without a store",
     axllama::cli::runner_command},
    {"version", nullptr, "Show the version", axllama::cli::version_command},
};

}  // namespace

int main(int argc, char** argv) {
  return axllama::cli::dispatch(kCommands, argc, argv);
}
