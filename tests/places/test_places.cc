#include "test_places.h"

namespace axllama {

std::string source_path(std::string_view below) {
  return AXLLAMA_SOURCE_DIR + std::string(below);
}

std::string llama_lib_dir() {
  return AXLLAMA_LIB_DIR;
}

std::string standin_library() {
  return STANDIN_LIBRARY;
}

std::string pack_program() {
  return PACK_PROGRAM;
}

}  // namespace axllama
