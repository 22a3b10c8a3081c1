// Tests of the built library as a program sees it: dlopen and the ABI, nothing else.
#pragma once

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "axcl/abi.h"
#include "axmodel/writer.h"
#include "base/fd.h"
#include "test_places.h"

namespace axllama::standin {

using axcl::Code;
using axcl::CopyKind;
using axcl::MallocPolicy;

}  // namespace axllama::standin

namespace axllama::axcl {

// Every function of the library, under its own name.
struct Library {
#define AXCL_POINTER(name, result, parameters) result(*name) parameters = nullptr;
  AXCL_PUBLIC_FUNCTIONS(AXCL_POINTER)
  AXCL_HIDDEN_FUNCTIONS(AXCL_POINTER)
#undef AXCL_POINTER
  const char* (*axclStandinCounters)() = nullptr;
  void (*axclStandinReset)() = nullptr;
  uint64_t (*axclStandinNow)() = nullptr;
};

}  // namespace axllama::axcl

namespace axllama::standin {

template <class F>
void look_up(void* library, F& function, const char* name) {
  function = reinterpret_cast<F>(::dlsym(library, name));
  if (function == nullptr) throw std::runtime_error(std::string("missing: ") + name);
}

inline axcl::Library load_library(const std::string& path = standin_library()) {
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(::dlerror());
  axcl::Library api;
#define AXCL_LOOK_UP(name, result, parameters) look_up(library, api.name, #name);
  AXCL_PUBLIC_FUNCTIONS(AXCL_LOOK_UP)
  AXCL_HIDDEN_FUNCTIONS(AXCL_LOOK_UP)
#undef AXCL_LOOK_UP
  look_up(library, api.axclStandinCounters, "axclStandinCounters");
  look_up(library, api.axclStandinReset, "axclStandinReset");
  look_up(library, api.axclStandinNow, "axclStandinNow");
  return api;
}

inline uint32_t bits(Code code) {
  return static_cast<uint32_t>(code);
}

// Shapes of the models that tests load: K/V rows of 2 KB in bf16.
inline constexpr int64_t kRows = 4;
inline constexpr int64_t kRowElements = 1024;
inline constexpr int64_t kHidden = 8;
inline constexpr int64_t kChunk = 4;
enum Input : uint32_t { kKCache, kVCache, kIndices, kHiddenIn, kMask, kInputs };
enum Output : uint32_t { kKOut, kVOut, kHiddenOut, kOutputs };

inline axmodel::Tensor bf16(std::string name, std::vector<int64_t> dims) {
  return {std::move(name), axmodel::ElementType::kBfloat16, std::move(dims)};
}
inline axmodel::Group layer_group(int64_t tokens, int64_t history, int64_t mask) {
  axmodel::Group group;
  group.inputs = {bf16("K_cache", {1, history, kRowElements}),
                  bf16("V_cache", {1, history, kRowElements}),
                  {"indices", axmodel::ElementType::kUint32, {1, tokens}},
                  bf16("input", {1, tokens, kHidden}),
                  bf16("mask", {1, tokens, mask})};
  group.outputs = {bf16("K_cache_out", {1, tokens, kRowElements}),
                   bf16("V_cache_out", {1, tokens, kRowElements}),
                   bf16("output", {1, tokens, kHidden})};
  return group;
}

// A layer-like container; nothing of it computes. Group 0 decodes, 1 is a chunk with history.
inline std::string write_model(const std::filesystem::path& folder, uint64_t weight_bytes) {
  const auto path = folder / ("model-" + std::to_string(weight_bytes) + ".axmodel");
  axmodel::ContainerWriter writer;
  writer.doc_string = "Pulsar2 Version: 5.2\nPulsar2 Commit: 0123abcd";
  writer.groups = {layer_group(1, kRows, kRows + 1), layer_group(kChunk, kRows, kRows + kChunk)};
  writer.weights = {
      {"npu_params", axmodel::ElementType::kUint8, {static_cast<int64_t>(weight_bytes)}, {}}};
  EXPECT_TRUE(writer.write(path));
  return path.string();
}

struct TemporaryFolder {
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "axcl-standin-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

// Names the control file and the library once; every test begins with default settings and an
// uninitialised library.
class AbiTest : public testing::Test {
 protected:
  static constexpr uint64_t kWeightBytes = 64 << 10;

  AbiTest() : api(library()) {}

  void SetUp() override {
    settings("");
    api.axclStandinReset();
  }
  void TearDown() override {
    settings("");
    for (int i = 0; i < 4; ++i) api.axclFinalize();
  }

  // Rewrites the control file.
  static void settings(const std::string& text) {
    ASSERT_TRUE(write_file_atomically(folder() / "control", "log = quiet\n" + text));
  }
  static const std::filesystem::path& folder() {
    static const TemporaryFolder made;
    return made.path;
  }
  static const axcl::Library& library() {
    static const axcl::Library loaded = [] {
      const std::string control = (folder() / "control").string();
      ::setenv("AXCL_STANDIN_CONTROL", control.c_str(), 1);
      settings("");
      return load_library();
    }();
    return loaded;
  }
  static std::string model_file(uint64_t weight_bytes = kWeightBytes) {
    return write_model(folder(), weight_bytes);
  }

  // The usual beginning: axclInit, SetDevice(3), EngineInit.
  void start() {
    ASSERT_EQ(api.axclInit(nullptr), 0);
    ASSERT_EQ(api.axclrtSetDevice(3), 0);
    ASSERT_EQ(api.axclrtEngineInit(axcl::VnpuKind::kDisable), 0);
  }
  char* allocate(size_t bytes) const {
    void* device = nullptr;
    EXPECT_EQ(api.axclrtMalloc(&device, bytes, MallocPolicy::kNormalOnly), 0);
    return static_cast<char*>(device);
  }
  std::string read(const void* device, size_t bytes) const {
    std::string host(bytes, '\0');
    EXPECT_EQ(api.axclrtMemcpy(host.data(), device, bytes, CopyKind::kDeviceToHost), 0);
    return host;
  }
  bool counted(const std::string& text) const {
    return std::string(api.axclStandinCounters()).find(text) != std::string::npos;
  }

  const axcl::Library& api;
};

// With a model loaded and all of group 0 bound to buffers of their own, zeroed.
class ModelTest : public AbiTest {
 protected:
  void load() {
    start();
    ASSERT_EQ(api.axclrtEngineLoadFromFile(model_file().c_str(), &model), 0);
    ASSERT_EQ(api.axclrtEngineCreateContext(model, &context), 0);
    ASSERT_EQ(api.axclrtEngineGetIOInfo(model, &info), 0);
    ASSERT_EQ(api.axclrtEngineCreateIO(info, &io), 0);
    inputs.resize(kInputs);
    outputs.resize(kOutputs);
    for (uint32_t i = 0; i < kInputs; ++i) bind_new_input(i);
    for (uint32_t i = 0; i < kOutputs; ++i) bind_new_output(i);
  }
  // Large enough for every group.
  void bind_new_input(uint32_t index) {
    inputs[index] = zeroed(std::max(input_bytes(0, index), input_bytes(1, index)));
    ASSERT_EQ(bind_input(index, inputs[index]), 0);
  }
  void bind_new_output(uint32_t index) {
    outputs[index] = zeroed(std::max(output_bytes(0, index), output_bytes(1, index)));
    ASSERT_EQ(bind_output(index, outputs[index]), 0);
  }
  char* zeroed(uint64_t bytes) const {
    char* device = allocate(bytes);
    EXPECT_EQ(api.axclrtMemset(device, 0, bytes), 0);
    return device;
  }
  uint64_t input_bytes(uint32_t group, uint32_t index) const {
    return api.axclrtEngineGetInputSizeByIndex(info, group, index);
  }
  uint64_t output_bytes(uint32_t group, uint32_t index) const {
    return api.axclrtEngineGetOutputSizeByIndex(info, group, index);
  }
  Code bind_input(uint32_t index, const void* device, uint32_t group = 0) const {
    return api.axclrtEngineSetInputBufferByIndex(io, index, device, input_bytes(group, index));
  }
  Code bind_output(uint32_t index, const void* device, uint32_t group = 0) const {
    return api.axclrtEngineSetOutputBufferByIndex(io, index, device, output_bytes(group, index));
  }
  void bind_group(uint32_t group) {
    for (uint32_t i = 0; i < kInputs; ++i) ASSERT_EQ(bind_input(i, inputs[i], group), 0);
    for (uint32_t i = 0; i < kOutputs; ++i) ASSERT_EQ(bind_output(i, outputs[i], group), 0);
  }
  Code run(uint32_t group = 0) const { return api.axclrtEngineExecute(model, context, group, io); }
  bool output_is_poison() const {
    return read(outputs[kHiddenOut], 2 * kHidden) == std::string(2 * kHidden, '\xFF');
  }

  axcl::ModelId model = 0;
  axcl::EngineContext context = 0;
  axcl::IoInfo info = nullptr;
  axcl::Io io = nullptr;
  std::vector<char*> inputs;
  std::vector<char*> outputs;
};

}  // namespace axllama::standin
