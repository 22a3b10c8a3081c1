// The embedding table of a model folder: [rows, hidden] bf16, mapped.
#pragma once

#include <span>
#include <string>

#include "base/mapped_file.h"
#include "base/result.h"
#include "token/vocabulary.h"

namespace axllama::npu {

class EmbeddingTable {
 public:
  static Result<EmbeddingTable> open(const std::string& path, int rows, int hidden);
  // The bytes of one row. 0 <= token < rows.
  std::span<const std::byte> row(Token token) const;
  int rows() const { return rows_; }

 private:
  EmbeddingTable(MappedFile file, int rows, size_t row_bytes)
      : file_(std::move(file)), rows_(rows), row_bytes_(row_bytes) {}
  MappedFile file_;
  int rows_;
  size_t row_bytes_;
};

}  // namespace axllama::npu
