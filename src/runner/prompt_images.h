// The images of a request, and their places in its prompt.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/image_marks.h"
#include "image/image.h"
#include "runner/prepare.h"

namespace axllama::runner {

// Reads each image file once, however often its conversation is rendered.
class ImageReader {
 public:
  // Valid as long as the reader. kInvalidArgument for what is no image.
  Result<const Image*> read(const std::string& file);

 private:
  std::map<std::string, Image> read_;  // by the file's bytes
};

// The pieces as a prompt; `files`: the images by their numbers. kInvalidArgument when one of them
// is no image or in no piece; errors of Engine::lay_out.
Result<Prompt> lay_out(const Prepared& model, std::span<const PromptPiece> pieces,
                       std::span<const std::string* const> files, ImageReader& reader,
                       bool add_special);

}  // namespace axllama::runner
