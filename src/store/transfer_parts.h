// A blob in parts: how it is divided, and what is written down about each so that a download can go
// on where it was broken off. The files are Ollama's (spec/ollama.md 5.4), so that either program
// continues what the other began:
//
//   sha256-<hex>-partial     the blob's bytes, each at its place
//   sha256-<hex>-partial-<N> {"N":0,"Offset":0,"Size":100000000,"Completed":4194304}
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"
#include "store/transfer_settings.h"

namespace axllama::store {

struct Part {
  uint64_t number = 0;
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t completed = 0;  // from its offset on, without a gap
  bool whole() const { return completed == size; }
  bool operator==(const Part&) const = default;
};

// All of one size, but the last is what is left. No part for an empty blob.
std::vector<Part> plan_parts(uint64_t size, const PartSizes& sizes);

// A text that can't be read, or says what can't be, is nothing.
std::optional<Part> parse_part(std::string_view json);
// Always of the same length, so that it can be written over itself.
std::string part_text(const Part& part);

// Whether the parts lie one behind the other and are `size` bytes together.
bool parts_cover(const std::vector<Part>& parts, uint64_t size);

// The partial file of one blob, and what is written down about its parts. While it is held nobody
// else, in this process or another, gets it.
class PartialBlob {
 public:
  // `blob`: path of the blob that is to become. Makes the folder when it is missing. Nothing when
  // another holds it now.
  static Result<std::optional<PartialBlob>> open(const std::filesystem::path& blob);

  // Whether anything is left of an earlier attempt.
  static bool is_left(const std::filesystem::path& blob);

  // What is there of `size` bytes, or nothing when there is nothing of use; the rest is cut away.
  Result<std::vector<Part>> resume(uint64_t size);
  // Begins anew: `parts` with nothing completed.
  Result<void> begin(const std::vector<Part>& parts, uint64_t size);

  // Any thread, each its own range. A full disk is said so.
  Result<void> write(uint64_t offset, std::string_view bytes);
  Result<size_t> read(uint64_t offset, char* into, size_t room) const;
  // Has the disk begin with what was written between these offsets, so that less of it is left for
  // `commit` to wait for.
  void start_flush(uint64_t from, uint64_t to) const;
  // Writes down how far a part is.
  Result<void> note(const Part& part);

  // Makes the file the blob: flushed, renamed, its notes deleted. The caller has verified it.
  Result<void> commit();
  // Deletes everything about it.
  void discard();

 private:
  PartialBlob(Fd file, std::filesystem::path blob, std::filesystem::path path)
      : file_(std::move(file)), blob_(std::move(blob)), path_(std::move(path)) {}
  std::vector<std::filesystem::path> notes() const;
  std::filesystem::path note_path(uint64_t number) const;
  void delete_notes() const;

  Fd file_;
  std::filesystem::path blob_, path_;
};

}  // namespace axllama::store
