// What the tests of this room share: folders that go away, bytes with a forbidden page behind them,
// and containers like those of a language model.
#pragma once

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "axmodel/writer.h"

namespace axllama::axmodel {

class TempDir {
 public:
  TempDir() {
    std::string path = (std::filesystem::temp_directory_path() / "axllama-axm-XXXXXX").string();
    path_ = ::mkdtemp(path.data());
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  long entries() const {
    return std::distance(std::filesystem::directory_iterator(path_),
                         std::filesystem::directory_iterator());
  }

 private:
  std::filesystem::path path_;
};

// Address space of which only the first and the last pages can be read: touching what is between,
// or behind, ends the test program.
class ForbiddenMiddle {
 public:
  ForbiddenMiddle(std::string_view front, uint64_t middle, std::string_view back)
      : page_(static_cast<size_t>(::sysconf(_SC_PAGESIZE))),
        size_(front.size() + middle + back.size()),
        mapped_((size_ + page_ - 1) / page_ * page_ + page_) {
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void* const start = ::mmap(nullptr, mapped_, PROT_NONE, kFlags, -1, 0);
    if (start == MAP_FAILED) std::abort();
    start_ = static_cast<char*>(start);
    // The last byte lies right before the forbidden page.
    bytes_ = start_ + mapped_ - page_ - size_;
    put(bytes_, front);
    put(bytes_ + front.size() + middle, back);
  }
  explicit ForbiddenMiddle(std::string_view bytes) : ForbiddenMiddle(bytes, 0, {}) {}
  ForbiddenMiddle(const ForbiddenMiddle&) = delete;
  ForbiddenMiddle& operator=(const ForbiddenMiddle&) = delete;
  ~ForbiddenMiddle() { ::munmap(start_, mapped_); }

  std::span<const std::byte> bytes() const {
    return {reinterpret_cast<const std::byte*>(bytes_), size_};
  }

 private:
  void put(char* where, std::string_view bytes) {
    if (bytes.empty()) return;
    const auto first = static_cast<size_t>(where - start_) / page_ * page_;
    const auto end = static_cast<size_t>(where - start_) + bytes.size();
    if (::mprotect(start_ + first, end - first, PROT_READ | PROT_WRITE) != 0) std::abort();
    std::memcpy(where, bytes.data(), bytes.size());
  }

  size_t page_;
  size_t size_;
  size_t mapped_;
  char* start_ = nullptr;
  char* bytes_ = nullptr;
};

inline Result<Container> parse(std::string_view bytes) {
  const ForbiddenMiddle guarded(bytes);
  return parse_container(guarded.bytes());
}

inline Error error_of(std::string_view bytes) {
  const auto container = parse(bytes);
  return container ? Error{ErrorCode::kInternal, "no error"} : container.error();
}

// What can be relied on in any container that parses.
inline void expect_sound(const Container& container) {
  ASSERT_FALSE(container.groups.empty());
  EXPECT_LE(container.weight_bytes(), container.file_bytes);
  for (const Group& group : container.groups) {
    ASSERT_EQ(group.inputs.size(), container.groups[0].inputs.size());
    ASSERT_EQ(group.outputs.size(), container.groups[0].outputs.size());
    for (const Tensor& tensor : group.inputs) EXPECT_GT(tensor.bytes(), 0u);
    for (const Tensor& tensor : group.outputs) EXPECT_GT(tensor.bytes(), 0u);
  }
  for (const Initializer& weight : container.initializers) {
    EXPECT_LE(weight.bytes, container.file_bytes - weight.offset);
  }
}

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string written(const ContainerWriter& writer) {
  const TempDir folder;
  const auto done = writer.write(folder.path() / "a.axmodel");
  EXPECT_TRUE(done) << done.error().text();
  return text_of(folder.path() / "a.axmodel");
}

inline NewWeight weight(std::string name, ElementType type, std::vector<int64_t> dims,
                        std::string content) {
  const auto data = [content](const ByteSink& sink) {
    return sink(std::as_bytes(std::span(content)));
  };
  return {std::move(name), type, std::move(dims), data};
}

inline NewWeight hole(std::string name, int64_t bytes) {
  return {std::move(name), ElementType::kUint8, {bytes}, nullptr};
}

// One shape of a transformer layer: `rows` tokens at once behind `history` cached ones.
inline Group layer_group(int64_t rows, int64_t history) {
  constexpr int64_t kHidden = 32;
  constexpr int64_t kCache = 16;
  constexpr auto kBf16 = ElementType::kBfloat16;
  return {{{"K_cache", kBf16, {1, history, kCache}},
           {"V_cache", kBf16, {1, history, kCache}},
           {"indices", ElementType::kUint32, {1, rows}},
           {"input", kBf16, {1, rows, kHidden}},
           {"mask", kBf16, {1, rows, history + rows}}},
          {{"K_cache_out", kBf16, {1, rows, kCache}},
           {"V_cache_out", kBf16, {1, rows, kCache}},
           {"output", kBf16, {1, rows, kHidden}}}};
}

// Group 0 decodes, the others are a ladder of prefill shapes.
inline ContainerWriter layer(int64_t groups) {
  ContainerWriter writer;
  writer.doc_string = "Pulsar2 Version: 5.2\nPulsar2 Commit: 0123abcd";
  writer.groups.push_back(layer_group(1, 63));
  for (int64_t i = 1; i < groups; ++i) writer.groups.push_back(layer_group(8, i == 1 ? 1 : i * 8));
  writer.metadata = {{"extra_data", "CgsK"}, {"layers", "28"}};
  writer.weights.push_back(weight("npu_params", ElementType::kUint8, {5}, "abcde"));
  return writer;
}

}  // namespace axllama::axmodel
