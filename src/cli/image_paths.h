// Pictures that are named in what a user types.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace axllama::cli {

struct TextWithImages {
  std::string text = {};                 // without the paths
  std::vector<std::string> paths = {};   // as they were found
  std::vector<std::string> images = {};  // the files' bytes
};

// Paths that begin with "/", "./", "../" or "~/", end with .jpg, .jpeg, .png or .webp and are files
// become images; they may stand in quotes, and blanks in them as they are or behind backslashes.
// Any other text stays as it is. kTooLarge for a file that no server would take, kIo for one that
// can't be read.
Result<TextWithImages> take_images(std::string_view text);

}  // namespace axllama::cli
