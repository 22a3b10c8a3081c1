// What the tests of this room share: the stand-in card, Sprout packed for it, and ways to run both
// engines.
#pragma once

#include <dlfcn.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "axcl/memory.h"
#include "engine/axcl/axcl_engine.h"
#include "engine/axcl/card.h"
#include "test_places.h"

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

// The stand-in's runtime, with the cards 3 and 5; one for the test program.
inline const std::shared_ptr<const axcl::Runtime>& runtime() {
  static const std::shared_ptr<const axcl::Runtime> one =
      []() -> std::shared_ptr<const axcl::Runtime> {
    ::setenv("AXCL_STANDIN_CONTROL", (scratch() / "control").c_str(), 1);
    ::setenv("AXCL_STANDIN_CARDS", "3,5", 1);
    ::setenv("AXCL_STANDIN_THREADS", "1", 1);  // more would wait for each other on a busy machine
    return or_throw(axcl::Runtime::start(or_throw(axcl::open_library({standin_library()}))));
  }();
  return one;
}

// Settings of the stand-in for a while. Cards that they broke are rebooted then.
struct Control {
  explicit Control(const std::string& lines) {
    runtime();
    control(lines);
  }
  ~Control() {
    control("");
    const auto devices = runtime()->devices();
    if (!devices) return;
    for (const int32_t device : *devices) (void)axcl::reboot(*runtime(), device);
  }
};

// Sprout as a model folder, made by axllama-pack with these options; made once for each.
inline std::string packed(const std::string& options) {
  std::string name;
  for (const char c : options) name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  const std::filesystem::path folder = scratch() / ("sprout" + name);
  if (std::filesystem::exists(folder)) return folder.string();
  const std::string command = pack_program() + " " +
                              source_path("/models/sprout/sprout-f16.gguf ") + folder.string() +
                              " " + options + " >/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: " + command);
  return folder.string();
}

inline const char* const kSmall = "--chunk 32 --context 255 --history 0,32,64,128,192";

// On card 3.
inline AxclSpec spec(const std::string& folder, int slots = 1) {
  AxclSpec spec;
  spec.devices = {3};
  spec.folder = folder;
  spec.slots = slots;
  spec.cache_folder = (scratch() / "vocabularies").string();
  return spec;
}

inline std::unique_ptr<Engine> load(const AxclSpec& spec) {
  return or_throw(load_axcl_engine(runtime(), spec));
}

// Bytes that are free on a card.
inline uint64_t free_memory(int32_t device = 3) {
  return uint64_t{or_throw(axcl::properties_of(*runtime(), device)).free_cmm} * 1024;
}

// Takes so much of a card that `leave` bytes are free.
class HeldMemory {
 public:
  HeldMemory(int32_t device, uint64_t leave)
      : card_(or_throw(npu::Card::open(*runtime(), device))) {
    constexpr uint64_t kMost = 2ULL << 30;  // a card gives out less than 4 GB in one piece
    uint64_t take = or_throw(card_->run([&] { return card_->free_bytes(); })) - leave;
    or_throw(card_->run([&]() -> Result<void> {
      for (; take > 0; take -= memory_.back().bytes()) {
        const uint64_t bytes = std::min(take, kMost);
        AX_TRY(axcl::Memory piece, axcl::Memory::allocate(card_->call(), bytes, "a test"));
        memory_.push_back(std::move(piece));
      }
      return {};
    }));
  }
  ~HeldMemory() {
    card_->run([&] {
      memory_.clear();
      return 0;
    });
  }

 private:
  std::unique_ptr<npu::Card> card_;
  std::vector<axcl::Memory> memory_;
};

inline void reset_counters() {
  reinterpret_cast<void (*)()>(
      ::dlsym(::dlopen(standin_library().c_str(), RTLD_NOW), "axclStandinReset"))();
}

inline std::string counters() {
  static const auto tell = reinterpret_cast<const char* (*)()>(
      ::dlsym(::dlopen(standin_library().c_str(), RTLD_NOW), "axclStandinCounters"));
  return tell();
}

// What the stand-in has counted, by the name it has in its counters: "round_trips".
inline int64_t count(const std::string& what) {
  const std::string all = counters();
  const size_t at = all.find("\"" + what + "\": ");
  if (at == std::string::npos) throw std::runtime_error("nothing is counted as " + what);
  return std::stoll(all.substr(at + what.size() + 4));
}

inline int64_t calls_of(const std::string& function) {
  const std::string all = counters();
  const std::string before = "\"" + function + "\": {\"calls\": ";
  const size_t at = all.find(before);
  return at == std::string::npos ? 0 : std::stoll(all.substr(at + before.size()));
}

using Bits = std::vector<uint16_t>;

inline float value(uint16_t bf16) {
  return std::bit_cast<float>(static_cast<uint32_t>(bf16) << 16);
}

inline Token hottest(const Bits& logits) {
  const auto at = std::ranges::max_element(logits, {}, value);
  return static_cast<Token>(at - logits.begin());
}

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
