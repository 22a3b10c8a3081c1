// What the tests of this room share: the stand-in card, Sprout packed for it, and ways to run both
// engines.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/axcl/axcl_engine.h"

namespace axllama::npu_test {

template <class T>
T or_throw(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().text());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

// A folder for the life of the test program.
inline const std::filesystem::path& scratch() {
  static const std::filesystem::path folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "axllama-npu-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    std::atexit([] { std::filesystem::remove_all(scratch()); });
    return std::filesystem::path(name);
  }();
  return folder;
}

// The stand-in reads this file again at each call when it has changed.
inline void control(const std::string& lines) {
  const std::filesystem::path next = scratch() / "control.next";
  std::ofstream(next) << lines;
  std::filesystem::rename(next, scratch() / "control");
}

// The stand-in's runtime; one for the test program.
inline const std::shared_ptr<const axcl::Runtime>& runtime() {
  static const std::shared_ptr<const axcl::Runtime> one =
      []() -> std::shared_ptr<const axcl::Runtime> {
    ::setenv("AXCL_STANDIN_CONTROL", (scratch() / "control").c_str(), 1);
    return or_throw(axcl::Runtime::start(or_throw(axcl::open_library({STANDIN_LIBRARY}))));
  }();
  return one;
}

// Settings of the stand-in for a while. A card that they broke is rebooted then.
struct Control {
  explicit Control(const std::string& lines) {
    runtime();
    control(lines);
  }
  ~Control() {
    control("");
    const auto devices = runtime()->devices();
    if (devices && !devices->empty()) {
      (void)axcl::reboot(*runtime(), devices->front());
    }
  }
};

// Sprout as a model folder, made by axllama-pack with these options; made once for each.
inline std::string packed(const std::string& options) {
  std::string name;
  for (const char c : options) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  const std::filesystem::path folder = scratch() / ("sprout" + name);
  if (std::filesystem::exists(folder)) return folder.string();
  const std::string command = std::string(PACK_PROGRAM) + " " + AXLLAMA_SOURCE_DIR +
                              "/models/sprout/sprout-f16.gguf " + folder.string() + " " + options +
                              " >/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return folder.string();
}

inline const char* const kSmall = "--chunk 32 --context 255 --history 0,32,64,128,192";

inline AxclSpec spec(const std::string& folder, int slots = 1) {
  AxclSpec spec;
  spec.folder = folder;
  spec.slots = slots;
  spec.cache_folder = (scratch() / "vocabularies").string();
  return spec;
}

inline std::unique_ptr<Engine> load(const AxclSpec& spec) {
  return or_throw(load_axcl_engine(runtime(), spec));
}

using Bits = std::vector<uint16_t>;

// Evaluates tokens at the end of a slot, `most` a step, and gives the logits of the last.
inline Bits evaluate(Engine& engine, int slot, const std::vector<Token>& tokens, size_t most = 32) {
  Bits last;
  for (size_t first = 0; first < tokens.size(); first += most) {
    std::vector<Row> rows;
    for (size_t i = first; i < std::min(first + most, tokens.size()); ++i) {
      rows.push_back({slot, tokens[i], i + 1 == tokens.size()});
    }
    or_throw(engine.step(
        rows, [&](size_t, const Logits& row) { last.assign(row.bf16.begin(), row.bf16.end()); },
        {}));
  }
  for (const uint16_t value : last) {
    if ((value & 0x7F80) == 0x7F80) throw std::runtime_error("logits that are no numbers");
  }
  return last;
}

}  // namespace axllama::npu_test
