#include "standin/tests/loaded_file.h"

#include <algorithm>

namespace axllama::standin {
namespace {

uint32_t position_of(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) throw std::runtime_error("no tensor " + std::string(name));
  return static_cast<uint32_t>(found - names.begin());
}

// Errors come back as sizes with all high bits set.
uint64_t sane(uint64_t bytes) {
  if (bytes == 0 || bytes >> 32 != 0) throw std::runtime_error("a tensor of an odd size");
  return bytes;
}

}  // namespace

LoadedFile::LoadedFile(const axcl::Library& api, const std::string& path) : api_(api) {
  check(api.axclrtEngineLoadFromFile(path.c_str(), &model_), path.c_str());
  check(api.axclrtEngineCreateContext(model_, &context_), "axclrtEngineCreateContext");
  check(api.axclrtEngineGetIOInfo(model_, &info_), "axclrtEngineGetIOInfo");
  int32_t groups = 0;
  check(api.axclrtEngineGetShapeGroupsCount(info_, &groups), "axclrtEngineGetShapeGroupsCount");
  ios_.resize(static_cast<size_t>(groups));
  for (axcl::Io& io : ios_) check(api.axclrtEngineCreateIO(info_, &io), "axclrtEngineCreateIO");
  read_names();
}

LoadedFile::~LoadedFile() {
  for (const axcl::Io io : ios_) api_.axclrtEngineDestroyIO(io);
  api_.axclrtEngineDestroyIOInfo(info_);
  api_.axclrtEngineUnload(model_);
}

void LoadedFile::read_names() {
  for (uint32_t i = 0; i < api_.axclrtEngineGetNumInputs(info_); ++i) {
    inputs_.emplace_back(api_.axclrtEngineGetInputNameByIndex(info_, i));
  }
  for (uint32_t i = 0; i < api_.axclrtEngineGetNumOutputs(info_); ++i) {
    outputs_.emplace_back(api_.axclrtEngineGetOutputNameByIndex(info_, i));
  }
}

bool LoadedFile::has_output(std::string_view name) const {
  return std::ranges::find(outputs_, name) != outputs_.end();
}
uint32_t LoadedFile::input(std::string_view name) const {
  return position_of(inputs_, name);
}
uint32_t LoadedFile::output(std::string_view name) const {
  return position_of(outputs_, name);
}
uint64_t LoadedFile::input_bytes(uint32_t group, std::string_view name) const {
  return sane(api_.axclrtEngineGetInputSizeByIndex(info_, group, input(name)));
}
uint64_t LoadedFile::output_bytes(uint32_t group, std::string_view name) const {
  return sane(api_.axclrtEngineGetOutputSizeByIndex(info_, group, output(name)));
}
uint64_t LoadedFile::largest_input(std::string_view name) const {
  uint64_t most = 0;
  for (uint32_t group = 0; group < groups(); ++group) {
    most = std::max(most, input_bytes(group, name));
  }
  return most;
}
uint64_t LoadedFile::largest_output(std::string_view name) const {
  uint64_t most = 0;
  for (uint32_t group = 0; group < groups(); ++group) {
    most = std::max(most, output_bytes(group, name));
  }
  return most;
}

void LoadedFile::bind_input(uint32_t group, std::string_view name, void* device) {
  const uint64_t bytes = input_bytes(group, name);
  check(api_.axclrtEngineSetInputBufferByIndex(ios_[group], input(name), device, bytes),
        "axclrtEngineSetInputBufferByIndex");
}
void LoadedFile::bind_output(uint32_t group, std::string_view name, void* device) {
  const uint64_t bytes = output_bytes(group, name);
  check(api_.axclrtEngineSetOutputBufferByIndex(ios_[group], output(name), device, bytes),
        "axclrtEngineSetOutputBufferByIndex");
}
void LoadedFile::run(uint32_t group) {
  check(api_.axclrtEngineExecute(model_, context_, group, ios_[group]), "axclrtEngineExecute");
}

}  // namespace axllama::standin
