// Where everything of a new container lies: its headers as bytes, its weights as holes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "axmodel/writer.h"
#include "base/result.h"

namespace axllama::axmodel {

struct Layout {
  struct Piece {
    uint64_t offset = 0;  // from the start of the file
    std::string bytes;
  };
  std::vector<Piece> headers;
  uint64_t file_bytes = 0;
};

// kInvalidArgument: a weight of unknown size, or 32 GiB in all.
Result<Layout> lay_out(const ContainerWriter& container);

}  // namespace axllama::axmodel
