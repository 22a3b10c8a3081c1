// axllama-pack: from a model to a folder that the stand-in card can run.
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>

#include "standin/pack/options.h"

namespace {

using namespace axllama;
using namespace axllama::pack;

std::atomic<bool> interrupted = false;

void interrupt(int /*signal*/) {
  interrupted = true;
}

void show_progress(const std::string& path, size_t done, size_t total) {
  fmt::print(stderr, "[{}/{}] {}\n", done, total, path);
}

Result<void> write(const CommandLine& command, const std::vector<FolderFile>& files) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  return write_folder(
      command.folder, files, command.force, [] { return interrupted.load(); },
      terminal ? Progress(show_progress) : Progress());
}

Result<void> run(const CommandLine& command) {
  if (!command.shape.empty()) {
    AX_TRY(const Shape shape, find_shape(command.shape));
    AX_TRY(const auto files, shape_files(shape, command.quantisation, command.pack));
    return write(command, files);
  }
  AX_TRY(const Source source, open_source(command.source));
  AX_TRY(const auto files, model_files(source, command.pack, [] { return interrupted.load(); }));
  return write(command, files);
}

}  // namespace

int main(int argc, char** argv) {
  const ParsedCommandLine parsed = parse_command_line(argc, argv);
  if (!parsed.run) {
    fmt::print(parsed.exit_code == 0 ? stdout : stderr, "{}", parsed.output);
    return parsed.exit_code;
  }
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  const auto done = run(*parsed.run);
  if (done) return 0;
  fmt::print(stderr, "axllama-pack: {}\n", done.error().text());
  return 1;
}
