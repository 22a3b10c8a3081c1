// The stand-in as any program has it: the library opened by path, one card in use, and what it
// answers checked. Test code: what fails throws std::runtime_error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "standin/runtime/abi_fixture.h"

namespace axllama::standin {

// Throws with the name and the code unless `code` is 0.
void check(axcl::Code code, const char* call);

// A folder for the life of the test program.
const std::filesystem::path& scratch();
// Lines of the stand-in's control file, beside "threads = 1": runs as small as Sprout's lose more
// than they win by a second one.
void settings(const std::string& lines);
// The library, loaded once, with its control file in scratch().
const axcl::Library& library();
// axclInit, the first id of GetDeviceList, SetDevice, EngineInit; once for the program, whose first
// thread to ask has the context.
const axcl::Library& card();

// A folder that axllama-pack makes with these arguments (SOURCE first); made once for each.
std::string packed(const std::string& arguments);
// Sprout in bf16 unless `options` say otherwise, chunks of 32 and a cache of 255.
std::string packed_sprout(const std::string& options = "");

// Card memory, freed at its end.
class Buffer {
 public:
  Buffer() = default;
  // Reads as NaN in bf16 until it is written.
  Buffer(const axcl::Library& api, uint64_t bytes);
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();
  // A device pointer `offset` bytes into it.
  char* at(uint64_t offset = 0) const { return device_ + offset; }
  uint64_t bytes() const { return bytes_; }
  void zero() const;

 private:
  const axcl::Library* api_ = nullptr;
  char* device_ = nullptr;
  uint64_t bytes_ = 0;
};

void to_card(const axcl::Library& api, void* device, const void* host, uint64_t bytes);
void from_card(const axcl::Library& api, void* host, const void* device, uint64_t bytes);
void on_card(const axcl::Library& api, void* to, const void* from, uint64_t bytes);

}  // namespace axllama::standin
