#include "engine/axcl/embedding_table.h"

namespace axllama::npu {

Result<EmbeddingTable> EmbeddingTable::open(const std::string& path, int rows, int hidden) {
  AX_TRY(MappedFile file, MappedFile::open(path));
  const size_t row_bytes = static_cast<size_t>(hidden) * 2;
  if (file.bytes().size() < row_bytes * static_cast<size_t>(rows)) {
    return fail(ErrorCode::kCorrupt, path + " is shorter than " + std::to_string(rows) +
                                         " rows of " + std::to_string(row_bytes) + " bytes");
  }
  return EmbeddingTable(std::move(file), rows, row_bytes);
}

std::span<const std::byte> EmbeddingTable::row(Token token) const {
  return file_.bytes().subspan(static_cast<size_t>(token) * row_bytes_, row_bytes_);
}

}  // namespace axllama::npu
