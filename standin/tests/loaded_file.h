// One .axmodel on the card, with an IO handle for each shape group; sizes and names as the runtime
// tells them. Throws std::runtime_error, so also for a name that the model has not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "standin/tests/card.h"

namespace axllama::standin {

class LoadedFile {
 public:
  LoadedFile(const axcl::Library& api, const std::string& path);
  LoadedFile(const LoadedFile&) = delete;
  LoadedFile& operator=(const LoadedFile&) = delete;
  ~LoadedFile();

  uint32_t groups() const { return static_cast<uint32_t>(ios_.size()); }
  bool has_output(std::string_view name) const;
  uint64_t input_bytes(uint32_t group, std::string_view name) const;
  uint64_t output_bytes(uint32_t group, std::string_view name) const;
  // The largest of all groups.
  uint64_t largest_input(std::string_view name) const;
  uint64_t largest_output(std::string_view name) const;

  // With the exact size of the tensor in that group.
  void bind_input(uint32_t group, std::string_view name, void* device);
  void bind_output(uint32_t group, std::string_view name, void* device);
  void run(uint32_t group);

 private:
  uint32_t input(std::string_view name) const;
  uint32_t output(std::string_view name) const;
  void read_names();

  const axcl::Library& api_;
  axcl::ModelId model_ = 0;
  axcl::EngineContext context_ = 0;
  axcl::IoInfo info_ = nullptr;
  std::vector<axcl::Io> ios_;
  std::vector<std::string> inputs_;
  std::vector<std::string> outputs_;
};

}  // namespace axllama::standin
