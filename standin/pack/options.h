// axllama-pack's command line.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "standin/pack/pack.h"

namespace axllama::pack {

struct CommandLine {
  std::string source;  // a GGUF file or a Hugging Face folder; empty with a shape
  std::string folder;  // to be written
  std::string shape;   // "qwen3-4b"; empty with a source
  ShapeQuantisation quantisation = ShapeQuantisation::kW8;
  bool force = false;
  // The contexts of a shape are as published, where the command line says nothing.
  PackOptions pack;
};

// What to do, or what to print instead: help on standard output with exit code 0, a usage error on
// standard error with exit code 2.
struct ParsedCommandLine {
  std::optional<CommandLine> run = {};
  std::string output = {};
  int exit_code = 0;
};
ParsedCommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace axllama::pack
