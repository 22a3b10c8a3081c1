#include "standin/runtime/model.h"

#include <atomic>

namespace axllama::standin {

std::span<const std::byte> ModelFile::bytes() const {
  if (copy) return copy->bytes();
  return mapped.bytes();
}

Result<std::unique_ptr<Model>> make_model(ModelFile file, int threads) {
  auto model = std::make_unique<Model>();
  model->file = std::move(file);
  AX_TRY(auto container, axmodel::parse_container(model->file.bytes()));
  model->container = std::make_shared<const axmodel::Container>(std::move(container));
  AX_TRY(model->program, Program::create(*model->container, model->file.bytes(),
                                         threads > 0 ? threads : default_threads()));
  return model;
}

axcl::ModelId next_model_id() {
  static std::atomic<axcl::ModelId> last = 0x10000;
  return ++last;
}

axcl::DataType data_type(axmodel::ElementType type) {
  using axcl::DataType;
  using axmodel::ElementType;
  switch (type) {
    case ElementType::kUndefined:
      return DataType::kNone;
    case ElementType::kFloat:
      return DataType::kFp32;
    case ElementType::kUint8:
      return DataType::kUint8;
    case ElementType::kInt8:
      return DataType::kInt8;
    case ElementType::kUint16:
      return DataType::kUint16;
    case ElementType::kInt16:
      return DataType::kInt16;
    case ElementType::kInt32:
      return DataType::kInt32;
    case ElementType::kInt64:
      return DataType::kInt64;
    case ElementType::kFloat16:
      return DataType::kFp16;
    case ElementType::kDouble:
      return DataType::kFp64;
    case ElementType::kUint32:
      return DataType::kUint32;
    case ElementType::kUint64:
      return DataType::kUint64;
    case ElementType::kBfloat16:
      return DataType::kBf16;
    case ElementType::kUint4:
      return DataType::kUint4;
    case ElementType::kInt4:
      return DataType::kInt4;
  }
  return DataType::kNone;
}

}  // namespace axllama::standin
