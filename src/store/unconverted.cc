#include "store/unconverted.h"

#include <filesystem>

namespace axllama::store {

bool is_unconverted(std::string_view file_name) {
  const std::filesystem::path path(file_name);
  const std::string name = path.filename().string(), ending = path.extension().string();
  if (ending == ".safetensors" || ending == ".pth") return true;
  return ending == ".bin" && (name.starts_with("pytorch_model") || name.starts_with("model-"));
}

std::unexpected<Error> refuse_unconverted(const std::string& file) {
  return fail(ErrorCode::kUnsupported,
              "the weights in " + file + " must be converted to GGUF first",
              "llama.cpp's convert_hf_to_gguf.py FOLDER --outfile model.gguf makes a file for "
              "FROM ./model.gguf; many models are there already converted: axllama pull "
              "hf.co/OWNER/MODEL-GGUF");
}

}  // namespace axllama::store
