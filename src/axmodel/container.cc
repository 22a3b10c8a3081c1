#include "axmodel/container.h"

namespace axllama::axmodel {

int element_bits(ElementType type) {
  switch (type) {
    case ElementType::kUndefined: return 0;
    case ElementType::kUint4:
    case ElementType::kInt4: return 4;
    case ElementType::kUint8:
    case ElementType::kInt8: return 8;
    case ElementType::kUint16:
    case ElementType::kInt16:
    case ElementType::kFloat16:
    case ElementType::kBfloat16: return 16;
    case ElementType::kFloat:
    case ElementType::kInt32:
    case ElementType::kUint32: return 32;
    case ElementType::kInt64:
    case ElementType::kDouble:
    case ElementType::kUint64: return 64;
  }
  return 0;
}

}  // namespace axllama::axmodel
