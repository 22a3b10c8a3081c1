// Writes .axmodel containers: for axllama-pack, the stand-in and tests. What is written reads back
// as given, in the vendor's form: one "neu mode" node per shape group, named "npu_<group>", and
// tensor names with "_<group>" behind from group 1 on.
//
// All headers come before the first weight, and each weight begins at a multiple of
// kWeightAlignment, so that it can be used where the file is mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "axmodel/container.h"
#include "base/result.h"

namespace axllama::axmodel {

inline constexpr uint64_t kWeightAlignment = 64;

// Takes the next bytes of a weight. Its error is to be passed on.
using ByteSink = std::function<Result<void>(std::span<const std::byte>)>;

struct NewWeight {
  std::string name;
  ElementType type = ElementType::kUint8;
  std::vector<int64_t> dims;
  // Gives data_bytes(type, dims) bytes to the sink, in pieces of any size. Empty: a hole, which
  // takes no room on the disk and reads as zeros.
  std::function<Result<void>(const ByteSink& sink)> data;
};

struct ContainerWriter {
  std::string producer = "Pulsar2";
  std::string doc_string;  // "Pulsar2 Version: 5.2\nPulsar2 Commit: 0123abcd"
  std::string graph = "ax-model";
  std::vector<Group> groups;  // all with the same names in the same order
  std::map<std::string, std::string, std::less<>> metadata;
  std::vector<NewWeight> weights;

  // Writes a temporary file beside `path` and renames it when it is whole; an error leaves nothing
  // behind, and an old file untouched. One weight's pieces are in memory at a time. kNotFound: the
  // folder is missing. kIo: e.g. the disk is full. kInvalidArgument: groups or weights that no
  // container can hold, or a weight that gives too few or too many bytes. Errors of `data` are
  // passed on.
  Result<void> write(const std::filesystem::path& path) const;
};

}  // namespace axllama::axmodel
